import type { Expansion, Grammar, GrammarMode, Place, Rule } from './grammar.ts'
import { metaOf, requireDefined, tagFormatOf } from './grammar-header.ts'
import {
  AbnfExpansions,
  readLanguage,
  readRuleName,
  readTag,
  readUri,
} from './read-abnf-expansion.ts'
import { SourceText } from './source-text.ts'

/** The encoding in a self-identifying header. */
export const ABNF_ENCODING = /^\s*#ABNF 1\.0 ([^\s;]+)/

/**
 * The ABNF form of SRGS 1.0, appendix D: a self-identifying header, declarations, rules. `externals` is
 * filled by the loader. `start`: the place of a text inside another document; blanks may come before its
 * header then. Throws `GrammarError`.
 */
export function readAbnf(
  text: string,
  uri: string,
  externals: ReadonlyMap<string, Grammar>,
  start?: Place,
): Grammar {
  const source = new SourceText(text, start)
  if (start !== undefined) source.match(/\s*/y)
  readSelfIdentifyingHeader(source, start !== undefined)
  const header = readDeclarations(source)
  const mode = header.mode ?? 'voice'
  if (mode === 'voice' && header.language === undefined) {
    throw source.fault('A grammar for voice needs a language declaration')
  }
  const bases = { uri, declared: header.base ?? header.meta.find(([name]) => name === 'base')?.[1] }
  const reader = new AbnfExpansions(source, mode, bases)
  const rules = readRules(source, reader)
  requireDefined(rules, header.root, reader.references)
  return {
    uri,
    mode,
    language: mode === 'dtmf' ? '' : (header.language ?? ''),
    tagFormat: tagFormatOf(header.tagFormat, reader.hasTags || header.tags.length > 0),
    root: header.root?.rule,
    rules,
    headerTags: header.tags,
    ...metaOf(header.meta),
    externals,
  }
}

/**
 * Section 4.2: exactly one blank between the parts, and the line ends after the semicolon. Inside another
 * document lines may have been joined.
 */
function readSelfIdentifyingHeader(source: SourceText, isInline: boolean): void {
  if (!source.take('#ABNF')) throw source.fault('The grammar does not begin with #ABNF')
  if (!source.take(' 1.0')) {
    throw source.fault(`The version is not 1.0 but ${source.describeNext()}`)
  }
  source.match(/ [\w.:-]+/y)
  if (!source.take(';')) throw source.fault('The header #ABNF is not closed by ;')
  if (!isInline && !source.atEnd && source.match(/[ \t]*\n/y) === undefined) {
    throw source.fault('The line does not end after the header #ABNF')
  }
}

interface Header {
  language?: string
  mode?: GrammarMode
  root?: { rule: string; line: number; column: number }
  tagFormat?: string
  base?: string
  readonly meta: (readonly [name: string, content: string])[]
  readonly tags: string[]
}

const ONCE = ['language', 'mode', 'root', 'tag-format', 'base']

/** `declaration*`, in any order. The keywords are not reserved: only here do they mean this. */
function readDeclarations(source: SourceText): Header {
  const header: Header = { meta: [], tags: [] }
  const seen = new Set<string>()
  for (;;) {
    source.skipBlanks()
    if (source.atEnd || source.isAt('$')) return header
    const from = source.position
    const tag = readTag(source)
    if (tag !== undefined) header.tags.push(tag)
    else {
      const keyword = source.match(/[A-Za-z][A-Za-z-]*/y) ?? ''
      if (keyword === 'public' || keyword === 'private') {
        source.rewind(from)
        return header
      }
      if (ONCE.includes(keyword) && seen.has(keyword)) {
        throw source.fault(`The ${keyword} is declared twice`, from)
      }
      seen.add(keyword)
      readDeclaration(source, keyword, header, from)
    }
    source.expect(';', 'the declaration')
  }
}

function readDeclaration(source: SourceText, keyword: string, header: Header, from: number): void {
  source.skipBlanks()
  const at = source.position
  switch (keyword) {
    case 'language':
      header.language = readLanguage(source)
      return
    case 'mode': {
      const mode = source.match(/\w+/y)
      if (mode !== 'voice' && mode !== 'dtmf') {
        throw source.fault('The mode of a grammar is voice or dtmf', at)
      }
      header.mode = mode
      return
    }
    case 'root':
      header.root = { rule: readRuleName(source, 'root'), ...source.placeAt(at) }
      return
    case 'tag-format':
      // Section 4.1 prints one without the brackets that appendix D wants.
      header.tagFormat = source.isAt('<') ? readUri(source) : (source.match(/[^\s;]+/y) ?? '')
      return
    case 'base':
      header.base = readUri(source)
      return
    case 'lexicon':
      readUri(source)
      if (source.take('~')) readUri(source)
      return
    case 'meta':
    case 'http-equiv': {
      const pair = readMeta(source)
      if (keyword === 'meta') header.meta.push(pair)
      return
    }
    default:
      source.rewind(from)
      throw source.fault(`${source.describeNext()} is no declaration of a grammar's header`)
  }
}

/** `QuotedCharacters 'is' QuotedCharacters` */
function readMeta(source: SourceText): readonly [string, string] {
  const name = readQuoted(source)
  source.expect('is', 'the name')
  source.skipBlanks()
  return [name, readQuoted(source)]
}

function readQuoted(source: SourceText): string {
  const from = source.position
  for (const quote of ['"', "'"]) {
    if (source.take(quote)) return source.until(quote, 'quoted text', from)
  }
  throw source.fault(`Quoted text is missing before ${source.describeNext()}`)
}

/** `ruleDefinition*` */
function readRules(source: SourceText, reader: AbnfExpansions): Map<string, Rule> {
  const rules = new Map<string, Rule>()
  for (source.skipBlanks(); !source.atEnd; source.skipBlanks()) {
    const scope = source.match(/(?:public|private)\b/y) === 'public' ? 'public' : 'private'
    source.skipBlanks()
    const from = source.position
    if (!source.isAt('$')) throw source.fault(`${source.describeNext()} begins no rule`)
    const id = readRuleName(source, 'definition')
    if (rules.has(id)) throw source.fault(`The rule ${id} is defined twice`, from)
    source.expect('=', `$${id}`)
    const expansion: Expansion = reader.expansion()
    source.skipBlanks()
    if (!source.take(';')) {
      throw source.fault(`${source.describeNext()} does not belong into the rule ${id}`)
    }
    rules.set(id, { id, scope, expansion })
  }
  return rules
}
