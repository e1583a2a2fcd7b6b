import { ExpansionReader, readNumber } from './expansion-reader.ts'
import type { Expansion, GrammarMode, RuleReference } from './grammar.ts'
import {
  type Bases,
  type LocalReference,
  resolveReference,
  SPECIAL_RULES,
} from './grammar-header.ts'
import type { SourceText } from './source-text.ts'
import { tokensOf } from './tokens.ts'

/**
 * Departs from SRGS 1.0 appendix D, which has unquoted tokens of XML name characters only: because
 * applications write `don't` and `o'clock` without quotes, whatever is no syntax is part of a token.
 */
const UNQUOTED = /[^\s$()|/<>[\]{}!;="*+?]+/y

/** Appendix D, `subexpansion` and `repeatOperator`. */
export class AbnfExpansions extends ExpansionReader {
  readonly #mode: GrammarMode
  readonly #bases: Bases
  /** Local references, to be checked when all rules are known. */
  readonly references: LocalReference[] = []
  hasTags = false

  constructor(source: SourceText, mode: GrammarMode, bases: Bases) {
    super(source)
    this.#mode = mode
    this.#bases = bases
  }

  protected override unit(): Expansion | undefined {
    const { source } = this
    const from = source.position
    if (source.isAt('$')) return { kind: 'rule', reference: this.#reference() }
    const content = readTag(source)
    if (content !== undefined) {
      this.hasTags = true
      return { kind: 'tag', content }
    }
    const text = source.take('"')
      ? `"${source.until('"', 'quoted token', from)}"`
      : source.match(UNQUOTED)
    if (text === undefined) return undefined
    const items = tokensOf(text, this.#mode, source.placeAt(from))
    const [only] = items
    if (only === undefined) throw source.fault('The token is empty', from)
    return items.length === 1 ? only : { kind: 'sequence', items }
  }

  /** A repeat and a language; the language says how a token sounds, which is no matter here. */
  protected override attached(item: Expansion, isGroup: boolean): Expansion {
    const { source } = this
    let result = item
    let isRepeated = false
    for (;;) {
      const before = source.position
      source.skipBlanks()
      if (source.isAt('!')) {
        if (!isGroup && item.kind !== 'token' && item.kind !== 'sequence') {
          throw source.fault('Only a token or a group can have a language of its own')
        }
        source.take('!')
        readLanguage(source)
      } else if (source.isAt('<') && !isRepeated) {
        result = this.#repeat(result)
        isRepeated = true
      } else {
        source.rewind(before)
        return result
      }
    }
  }

  /** Sections 2.2.1 to 2.2.3. */
  #reference(): RuleReference {
    const { source } = this
    const place = source.placeAt(source.position)
    if (!source.isAt('$<')) {
      const rule = readRuleName(source, 'reference')
      const special = SPECIAL_RULES.find((name) => name === rule)
      if (special !== undefined) return { kind: 'special', rule: special }
      this.references.push({ rule, ...place })
      return { kind: 'local', rule }
    }
    source.take('$')
    const written = readUri(source)
    if (written.startsWith('#')) {
      const rule = written.slice(1)
      this.references.push({ rule, ...place })
      return { kind: 'local', rule }
    }
    const found = resolveReference(written, this.#bases, place)
    const type = source.take('~') ? readUri(source) : undefined
    return { kind: 'external', ...found, place, ...(type === undefined ? {} : { type }) }
  }

  /** Section 2.5: `'<' Repeat Probability? '>'` */
  #repeat(item: Expansion): Expansion {
    const { source } = this
    const from = source.position
    source.take('<')
    source.skipBlanks()
    const [first = '', dash, last = ''] = (source.match(/\d+(?:-\d*)?/y) ?? '').split(/(-)/)
    if (first === '') throw source.fault('The repeat is no number and no range', from)
    const min = Number(first)
    const max = dash === undefined ? min : last === '' ? Number.POSITIVE_INFINITY : Number(last)
    if (max < min) throw source.fault('The repeat ends before it begins', from)
    const probability = this.#probability()
    source.expect('>', 'the repeat')
    return { kind: 'repeat', item, min, max, ...(probability === undefined ? {} : { probability }) }
  }

  #probability(): number | undefined {
    const { source } = this
    source.skipBlanks()
    const from = source.position
    if (!source.take('/')) return undefined
    const probability = readNumber(source.until('/', 'probability', from).trim())
    if (probability === undefined || probability > 1) {
      throw source.fault('The probability is no number from 0 to 1', from)
    }
    return probability
  }
}

/** Appendix D: `RuleName`. The names of special rules can only be referred to. */
export function readRuleName(source: SourceText, use: 'definition' | 'reference' | 'root'): string {
  const from = source.position
  const name = source.take('$') ? source.match(/[\p{ID_Start}_]\p{ID_Continue}*/uy) : undefined
  if (name === undefined) throw source.fault('The name of a rule is missing', from)
  if (source.isAt('.', ':', '-')) {
    throw source.fault(`The name of the rule ${name} goes on with . or : or -`, from)
  }
  if (use !== 'reference' && SPECIAL_RULES.some((special) => special === name)) {
    throw source.fault(`${name} is a special rule`, from)
  }
  return name
}

/** `LanguageCode`: RFC 3066. */
export function readLanguage(source: SourceText): string {
  const from = source.position
  const language = source.match(/[A-Za-z0-9._-]*/y) ?? ''
  if (!/^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/i.test(language)) {
    throw source.fault(`${JSON.stringify(language)} is no language identifier`, from)
  }
  return language
}

/** `ABNF_URI`, and a media type, which looks the same. */
export function readUri(source: SourceText): string {
  const from = source.position
  if (!source.take('<')) throw source.fault(`A URI in < > is missing`)
  const uri = source.until('>', 'URI', from)
  if (uri === '' || /[\s<]/.test(uri)) {
    throw source.fault(`${JSON.stringify(uri)} is no URI`, from)
  }
  return uri
}

/** Section 2.6: `{…}` without `}` inside, or `{!{…}!}`. Undefined where no tag begins here. */
export function readTag(source: SourceText): string | undefined {
  const from = source.position
  if (source.take('{!{')) return source.until('}!}', 'tag', from)
  return source.take('{') ? source.until('}', 'tag', from) : undefined
}
