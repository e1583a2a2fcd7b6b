import type {
  CatchNode,
  Dialog,
  Executable,
  Fetching,
  FormItem,
  GrammarNode,
  LinkNode,
  PromptContent,
  PromptNode,
  Properties,
  VxmlDocument,
  Written,
} from '../document/vxml-document.ts'
import type { ResourceKind } from './fetch-policy.ts'

/** Something elsewhere that a document names in so many words, needing no script to find it. */
export interface Reference {
  readonly kind: ResourceKind
  /** As written. */
  readonly uri: string
  readonly fetching: Fetching
  /** What is in force there, innermost first, as far as the document says. */
  readonly properties: readonly Properties[]
}

/** What the document refers to and need not be computed, in document order. */
export function* references(document: VxmlDocument): Generator<Reference> {
  const outer = [document.properties]
  yield* executables(document.declarations, outer)
  yield* inLinks(document.links, outer)
  yield* inCatches(document.catches, outer)
  for (const dialog of document.dialogs) yield* inDialog(dialog, [dialog.properties, ...outer])
}

type Scopes = readonly Properties[]

function* inDialog(dialog: Dialog, scopes: Scopes): Generator<Reference> {
  yield* inGrammars(dialog.grammars, scopes)
  yield* inLinks(dialog.links, scopes)
  yield* inCatches(dialog.catches, scopes)
  for (const entry of dialog.entries) {
    if (entry.kind === 'var' || entry.kind === 'script' || entry.kind === 'data') {
      yield* executables([entry], scopes)
    } else yield* inItem(entry, [entry.properties, ...scopes])
  }
  for (const filled of dialog.filleds) {
    const inside = filled.item === undefined ? scopes : [filled.item.properties, ...scopes]
    yield* executables(filled.content, inside)
  }
}

function* inItem(item: FormItem, scopes: Scopes): Generator<Reference> {
  yield* inPrompts(item.prompts, scopes)
  yield* inGrammars(item.grammars, scopes)
  yield* inLinks(item.links, scopes)
  yield* inCatches(item.catches, scopes)
  if (item.kind === 'block') yield* executables(item.content, scopes)
  if (item.kind === 'subdialog' && item.method === 'GET' && item.namelist.length === 0) {
    yield* literal('document', item.src, item.fetching, scopes)
  }
  for (const choice of item.kind === 'menu' ? item.choices : []) {
    yield* literal('document', choice.next, choice.fetching, scopes)
    yield* inGrammars(choice.grammars, scopes)
  }
}

function* inLinks(links: readonly LinkNode[], scopes: Scopes): Generator<Reference> {
  for (const link of links) {
    yield* literal('document', link.next, link.fetching, scopes)
    yield* inGrammars(link.grammars, scopes)
  }
}

function* inGrammars(grammars: readonly GrammarNode[], scopes: Scopes): Generator<Reference> {
  for (const grammar of grammars) yield* literal('grammar', grammar.src, grammar.fetching, scopes)
}

function* inCatches(catches: readonly CatchNode[], scopes: Scopes): Generator<Reference> {
  for (const { content } of catches) yield* executables(content, scopes)
}

function* inPrompts(prompts: readonly PromptNode[], scopes: Scopes): Generator<Reference> {
  for (const { base, content } of prompts) {
    // With a base of its own, what it names is left for when it is played.
    if (base === undefined) yield* inSpeech(content, scopes)
  }
}

function* inSpeech(content: readonly PromptContent[], scopes: Scopes): Generator<Reference> {
  for (const part of content) {
    if (part.kind === 'audio') yield* literal('audio', part.src, part.fetching, scopes)
    if ('content' in part) yield* inSpeech(part.content, scopes)
  }
}

/** Not `<submit>`: its fetch "must not be moved prior to any assignments" of what it sends. */
function* executables(content: readonly Executable[], scopes: Scopes): Generator<Reference> {
  for (const element of content) {
    switch (element.kind) {
      case 'script':
        yield* literal('script', element.src, element.fetching, scopes)
        break
      case 'data':
        if (element.method === 'GET' && element.namelist.length === 0) {
          yield* literal('data', element.src, element.fetching, scopes)
        }
        break
      case 'goto':
        yield* literal('document', element.next, element.fetching, scopes)
        break
      case 'prompt':
        yield* inPrompts([element], scopes)
        break
      case 'foreach':
        yield* executables(element.content, scopes)
        break
      case 'if':
        for (const branch of element.branches) yield* executables(branch.content, scopes)
    }
  }
}

function* literal(
  kind: ResourceKind,
  source: Written | undefined,
  fetching: Fetching,
  properties: Scopes,
): Generator<Reference> {
  if (source?.kind !== 'literal') return
  yield { kind, uri: source.text, fetching, properties }
}
