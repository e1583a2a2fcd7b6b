import type { Grammar, GrammarMode, Place, Rule, TagFormat } from './grammar.ts'
import type { GrammarError } from './grammar-error.ts'
import { requireDefined } from './grammar-header.ts'
import { JsgfNames } from './jsgf-names.ts'
import { JsgfExpansions, readJsgfReference } from './read-jsgf-expansion.ts'
import { otherRecursion } from './right-recursion.ts'
import { SourceText } from './source-text.ts'

/** The encoding in a self-identifying header. */
export const JSGF_ENCODING = /^\s*#JSGF V?1\.0 ([^\s;]+)/

export interface JsgfOptions {
  /** JSGF itself cannot tell. Default `voice`. */
  readonly mode?: GrammarMode
  readonly language?: string
  /** Of a text inside another document. It needs no header, and may be one bare expansion. */
  readonly start?: Place
}

/**
 * The Java Speech Grammar Format 1.0 (W3C Note, June 2000). It is enabled with all its public rules: of
 * several, a rule of the grammar's own name is made that leads to each. `externals` is filled by the
 * loader. Throws `GrammarError`.
 */
export function readJsgf(
  text: string,
  uri: string,
  externals: ReadonlyMap<string, Grammar>,
  options: JsgfOptions = {},
): Grammar {
  const source = new SourceText(text, options.start)
  source.skipBlanks()
  const locale = readSelfIdentifyingHeader(source, options.start !== undefined)
  const names = readImports(source, uri)
  const reader = new JsgfExpansions(source, options.mode ?? 'voice', names)
  const rules = new Map<string, Rule>()
  if (options.start !== undefined && !beginsRule(source)) {
    rules.set('main', { id: 'main', scope: 'public', expansion: reader.expansion() })
    source.match(/\s*;?\s*/y)
    if (!source.atEnd) throw source.fault(`${source.describeNext()} does not belong here`)
  } else readRules(source, reader, rules)
  requireDefined(rules, undefined, reader.references)
  const recursive = otherRecursion(rules)
  if (recursive !== undefined) throw recursionFault(source, recursive)
  const root = rootOf(rules, names.simpleName)
  return {
    uri,
    mode: options.mode ?? 'voice',
    language: options.mode === 'dtmf' ? '' : (locale ?? options.language ?? ''),
    tagFormat: tagFormatOf(reader.tags),
    root,
    rules,
    headerTags: [],
    externals,
  }
}

function recursionFault(source: SourceText, rule: string): GrammarError {
  const message = `The rule ${rule} leads back to itself before its end, which JSGF does not allow`
  return source.fault(message, Math.max(0, source.find(`<${rule}>`)))
}

/** Section 2: `#JSGF V1.0 encoding locale;`, the last two as one likes. */
function readSelfIdentifyingHeader(source: SourceText, isInline: boolean): string | undefined {
  if (!source.take('#JSGF')) {
    if (isInline) return undefined
    throw source.fault('The grammar does not begin with #JSGF')
  }
  if (source.match(/[ \t]+V?1\.0/y) === undefined) {
    throw source.fault(`The version is not V1.0 but ${source.describeNext()}`)
  }
  const rest = source.until(';', 'header #JSGF').trim().split(/\s+/)
  return rest[1]?.replaceAll('_', '-')
}

/** Sections 3 and 4: `grammar package.name;` and `import <…>;` */
function readImports(source: SourceText, uri: string): JsgfNames {
  source.skipBlanks()
  let fullName = ''
  if (source.match(/grammar(?=\s)/y) !== undefined) {
    source.skipBlanks()
    fullName = source.match(/[^\s;<>=]+/y) ?? ''
    source.expect(';', 'the name of the grammar')
  }
  const names = new JsgfNames(fullName, uri)
  for (source.skipBlanks(); source.match(/import(?=\s*<)/y) !== undefined; source.skipBlanks()) {
    source.skipBlanks()
    const place = source.placeAt(source.position)
    names.import(readJsgfReference(source), place)
    source.expect(';', 'the import')
  }
  return names
}

function beginsRule(source: SourceText): boolean {
  source.skipBlanks()
  const from = source.position
  const found = source.match(/(?:public\s+)?<[^>]*>\s*=/y) !== undefined
  source.rewind(from)
  return found
}

function readRules(source: SourceText, reader: JsgfExpansions, rules: Map<string, Rule>): void {
  for (source.skipBlanks(); !source.atEnd; source.skipBlanks()) {
    const scope = source.match(/public\b/y) === undefined ? 'private' : 'public'
    source.skipBlanks()
    const from = source.position
    if (!source.isAt('<')) throw source.fault(`${source.describeNext()} begins no rule`)
    const id = readJsgfReference(source)
    if (id === 'NULL' || id === 'VOID') throw source.fault(`${id} is a special rule`, from)
    if (rules.has(id)) throw source.fault(`The rule ${id} is defined twice`, from)
    source.expect('=', `<${id}>`)
    const expansion = reader.expansion()
    source.skipBlanks()
    // The last semicolon of an inline grammar is often forgotten.
    if (!source.take(';') && !source.atEnd) {
      throw source.fault(`${source.describeNext()} does not belong into the rule ${id}`)
    }
    rules.set(id, { id, scope, expansion })
  }
}

function rootOf(rules: Map<string, Rule>, simpleName: string): string | undefined {
  const open = [...rules.values()].filter(({ scope }) => scope === 'public')
  const [first] = open
  const id = rules.has(simpleName) || simpleName === '' ? 'public' : simpleName
  if (open.length < 2 || rules.has(id)) return first?.id
  const choices = open.map((rule) => ({
    weight: 1,
    expansion: { kind: 'rule' as const, reference: { kind: 'local' as const, rule: rule.id } },
  }))
  rules.set(id, { id, scope: 'public', expansion: { kind: 'alternatives', choices } })
  return id
}

/**
 * To JSGF a tag is a string. Applications that came to VoiceXML with it write SISR instead: a grammar
 * that assigns to `out` or `$` in a tag means scripts.
 */
function tagFormatOf(tags: readonly string[]): TagFormat {
  if (tags.length === 0) return 'none'
  const assigns = /^\s*(?:var\s|(?:out|\$\$?)(?:\.[\w$.]+)?\s*[-+*/]?=)/
  return tags.some((tag) => assigns.test(tag)) ? 'semantics/1.0' : 'semantics/1.0-literals'
}
