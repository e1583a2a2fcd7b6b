import type { ActiveGrammar } from '#grammar'
import type {
  ChoiceNode,
  FormItem,
  GrammarNode,
  LinkNode,
  OptionNode,
  Place,
} from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { fetchPolicy } from '../fetch/fetch-policy.ts'
import { resolveUri } from '../fetch/resolve-uri.ts'
import type { LoadedDocument } from '../fetch/resource-loader.ts'
import type { FormVisit } from './form-visit.ts'
import type { GrammarOwner } from './utterance.ts'

/** A grammar that listens, and whose it is. */
export interface ListeningGrammar {
  readonly active: ActiveGrammar
  readonly owner: GrammarOwner
  /** Of what brings it. */
  readonly place: Place
}

/** VoiceXML 2.0 section 3.1.4: the active grammars in order of precedence. */
export async function activateGrammars(
  visit: FormVisit,
  item: FormItem,
): Promise<ListeningGrammar[]> {
  const { root, document } = visit.context
  const { dialog } = visit
  // Grammars for that input item, including grammars contained in links in that input item.
  const found = inDocumentOrder([
    ...(await itemGrammars(visit, item)),
    ...(await linkGrammars(visit, item.links, document)),
  ])
  if (item.modal) return found
  // Grammars for its form, including grammars contained in links in that form.
  const ofForm = inDocumentOrder([
    ...(await nodeGrammars(visit, dialog.grammars, { kind: 'form' }, document)),
    ...(await linkGrammars(visit, dialog.links, document)),
  ])
  const ofDocument = await documentGrammars(visit, document, false)
  // The same of its application root document.
  const ofRoot = root === document ? [] : await documentGrammars(visit, root, true)
  return [...found, ...ofForm, ...ofDocument, ...ofRoot, ...universalGrammars(visit)]
}

/** Links of a document; menus and other forms of it with document scope. */
async function documentGrammars(
  visit: FormVisit,
  document: LoadedDocument,
  ofRoot: boolean,
): Promise<ListeningGrammar[]> {
  return inDocumentOrder([
    ...(await linkGrammars(visit, document.document.links, document)),
    ...(await scopedDialogs(visit, document, ofRoot)),
  ])
}

/** "If the input matches more than one active grammar with the same precedence, … document order." */
function inDocumentOrder(grammars: readonly ListeningGrammar[]): ListeningGrammar[] {
  return grammars.toSorted(
    ({ place: one }, { place: other }) => one.line - other.line || one.column - other.column,
  )
}

async function itemGrammars(visit: FormVisit, item: FormItem): Promise<ListeningGrammar[]> {
  const found = await nodeGrammars(visit, item.grammars, { kind: 'item' }, visit.context.document)
  if (item.kind === 'menu')
    return [...found, ...(await choiceGrammars(visit, item.choices, visit.context.document))]
  if (item.kind !== 'field') return found
  const owner: GrammarOwner = { kind: 'item' }
  if (item.type !== undefined) {
    for (const mode of ['dtmf', 'voice'] as const) {
      const active = at(visit, item, () =>
        visit.interpreter.grammars.builtin(item.type ?? '', mode),
      )
      found.push({ active, owner, place: item })
    }
  }
  return [...found, ...item.options.flatMap((option) => optionGrammars(visit, option))]
}

function optionGrammars(visit: FormVisit, option: OptionNode): ListeningGrammar[] {
  return fixedGrammars(visit, option, option.value).map((active) => ({
    active,
    owner: { kind: 'item' },
    place: option,
  }))
}

async function choiceGrammars(
  visit: FormVisit,
  choices: readonly ChoiceNode[],
  document: LoadedDocument,
): Promise<ListeningGrammar[]> {
  const found: ListeningGrammar[] = []
  for (const choice of choices) {
    const owner: GrammarOwner = { kind: 'choice', choice }
    // A grammar given in the choice stands for the one that its words would make (section 2.2.5).
    const spoken = choice.grammars.length === 0 ? choice : { ...choice, text: '' }
    found.push(...fixedGrammars(visit, spoken).map((active) => ({ active, owner, place: choice })))
    found.push(...(await nodeGrammars(visit, choice.grammars, owner, document)))
  }
  return found
}

/**
 * Of an option or choice: its keys, and its words. Without a value "interpretation and utterance values are
 * identical" (section 2.2.6).
 */
function fixedGrammars(
  visit: FormVisit,
  phrase: (OptionNode | ChoiceNode) & Place,
  value?: string,
): ActiveGrammar[] {
  const { grammars } = visit.interpreter
  const words = phrase.text.replace(/[.,;:!?"]/g, ' ').trim()
  const found: ActiveGrammar[] = []
  if (phrase.dtmf !== undefined) {
    const keys = phrase.dtmf
    found.push(at(visit, phrase, () => grammars.fixed('dtmf', keys, 'exact', value)))
  }
  if (words !== '') {
    found.push(at(visit, phrase, () => grammars.fixed('voice', words, phrase.accept, value)))
  }
  return found
}

async function linkGrammars(
  visit: FormVisit,
  links: readonly LinkNode[],
  document: LoadedDocument,
): Promise<ListeningGrammar[]> {
  const found: ListeningGrammar[] = []
  for (const link of links) {
    const owner: GrammarOwner = { kind: 'link', link }
    const { dtmf } = link
    if (dtmf !== undefined) {
      const { grammars } = visit.interpreter
      found.push({
        active: at(visit, link, () => grammars.fixed('dtmf', dtmf, 'exact')),
        owner,
        place: link,
      })
    }
    found.push(...(await nodeGrammars(visit, link.grammars, owner, document)))
  }
  return found
}

/** Grammars with document scope of the dialogs that the caller is not in. */
async function scopedDialogs(
  visit: FormVisit,
  document: LoadedDocument,
  ofRoot: boolean,
): Promise<ListeningGrammar[]> {
  const found: ListeningGrammar[] = []
  for (const dialog of document.document.dialogs) {
    if (dialog === visit.dialog) continue
    const shared = dialog.grammars.filter((grammar) => grammar.scope === 'document')
    const inside = await nodeGrammars(visit, shared, { kind: 'form' }, document)
    const [first] = dialog.items
    if (dialog.scope === 'document' && first?.kind === 'menu') {
      inside.push(...(await choiceGrammars(visit, first.choices, document)))
    }
    found.push(
      ...inside.map(({ owner, ...rest }) => ({
        ...rest,
        owner: { kind: 'dialog', dialog, ofRoot, inner: owner } as const,
      })),
    )
  }
  return found
}

async function nodeGrammars(
  visit: FormVisit,
  nodes: readonly GrammarNode[],
  owner: GrammarOwner,
  document: LoadedDocument,
): Promise<ListeningGrammar[]> {
  const found: ListeningGrammar[] = []
  for (const node of nodes) {
    try {
      found.push({ active: await loadNode(visit, node, document.base), owner, place: node })
    } catch (thrown) {
      throw visit.asEvent(thrown, { ...node, uri: document.uri })
    }
  }
  return found
}

async function loadNode(visit: FormVisit, node: GrammarNode, base: string): Promise<ActiveGrammar> {
  const { grammars } = visit.interpreter
  const use = { visit, policy: fetchPolicy(visit.properties, 'grammar', node.fetching) }
  if (node.src === undefined) return await grammars.inline(use, node, base)
  const reference = visit.evaluateWritten(node.src).trim()
  if (/^builtin:/i.test(reference)) {
    const mode = node.mode ?? (/^builtin:dtmf\//i.test(reference) ? 'dtmf' : 'voice')
    return grammars.builtin(reference, mode)
  }
  // "A fragment-only URI value for the src attribute causes an error.semantic event" (section 3.1.1.4).
  if (reference.startsWith('#')) {
    const sentence = `"${reference}" is a rule of no grammar: write the grammar's address before it.`
    throw new VxmlEvent('error.semantic', sentence)
  }
  const uri = resolveUri(reference, base)
  if (uri === undefined) {
    throw new VxmlEvent('error.badfetch', `"${reference}" is no address of a grammar.`)
  }
  return await grammars.external(use, uri, node)
}

/** Section 6.3.6: the words of `universals` throw their event. */
function universalGrammars(visit: FormVisit): ListeningGrammar[] {
  const chosen = (visit.properties.get('universals') ?? 'none').split(/\s+/)
  return UNIVERSALS.filter((word) => chosen.includes('all') || chosen.includes(word)).map(
    (event) => ({
      active: visit.interpreter.grammars.fixed('voice', event, 'exact'),
      owner: { kind: 'universal', event },
      place: visit.dialog,
    }),
  )
}

const UNIVERSALS = ['cancel', 'exit', 'help']

/** Errors of a grammar say where it stands. */
function at<Result>(visit: FormVisit, place: Place, work: () => Result): Result {
  try {
    return work()
  } catch (thrown) {
    throw visit.asEvent(thrown, place)
  }
}
