import { keyedGrammar } from './builtin/keyed-grammar.ts'
import { type BuiltinParameters, builtinParameters, digitLengths } from './builtin/parameters.ts'
import { SPOKEN_BOOLEAN } from './builtin/spoken-boolean.ts'
import { SPOKEN_CURRENCY } from './builtin/spoken-currency.ts'
import { SPOKEN_DATE } from './builtin/spoken-date.ts'
import { spokenDigits } from './builtin/spoken-digits.ts'
import { type SpokenRules, spokenGrammar } from './builtin/spoken-grammar.ts'
import { SPOKEN_NUMBER } from './builtin/spoken-number.ts'
import { SPOKEN_PHONE } from './builtin/spoken-phone.ts'
import { SPOKEN_TIME } from './builtin/spoken-time.ts'
import type { Grammar, GrammarMode } from './grammar.ts'
import { GrammarError } from './grammar-error.ts'

/**
 * VoiceXML 2.0 appendix P: `builtin:dtmf/digits?minlength=3;maxlength=5`, `builtin:grammar/boolean`, or
 * the bare `digits?length=4` of `<field type>` with a mode. Speech is English. What a type yields is the
 * string that the appendix describes, for `boolean` true or false. Throws `GrammarError`
 * (`grammar-builtin`).
 */
export function builtinGrammar(uri: string, mode?: GrammarMode): Grammar {
  const match = /^(?:builtin:(?:(dtmf|grammar|voice|speech)\/)?)?([a-z]+)(?:\?(.*))?$/i.exec(
    uri.trim(),
  )
  const [, family, type = '', query = ''] = match ?? []
  const actual = family === undefined ? (mode ?? 'voice') : family === 'dtmf' ? 'dtmf' : 'voice'
  const name = `builtin:${actual === 'dtmf' ? 'dtmf' : 'grammar'}/${type}${query === '' ? '' : `?${query}`}`
  const grammar = known.get(name) ?? make(name, actual, type, builtinParameters(query))
  if (grammar === undefined) {
    throw new GrammarError('grammar-builtin', `There is no builtin type ${uri}`)
  }
  remember(name, grammar)
  return grammar
}

/** Made and compiled once for all sessions, the latest few of them. */
const known = new Map<string, Grammar>()
const MAX_KNOWN = 100

/** Documents choose the parameters: what takes much room, as `length=5000` does, is not kept. */
function remember(name: string, grammar: Grammar): void {
  if (/\d{3}/.test(name)) return
  known.delete(name)
  known.set(name, grammar)
  const [oldest = ''] = known.keys()
  if (known.size > MAX_KNOWN) known.delete(oldest)
}

function make(
  name: string,
  mode: GrammarMode,
  type: string,
  parameters: BuiltinParameters,
): Grammar | undefined {
  if (mode === 'dtmf') return keyedGrammar(name, type, parameters)
  if (type === 'digits') return spokenGrammar(name, spokenDigits(...digitLengths(parameters)))
  const rules = Object.hasOwn(SPOKEN, type) ? SPOKEN[type] : undefined
  return rules === undefined ? undefined : spokenGrammar(name, rules)
}

const SPOKEN: Readonly<Record<string, SpokenRules>> = {
  boolean: SPOKEN_BOOLEAN,
  currency: SPOKEN_CURRENCY,
  date: SPOKEN_DATE,
  number: SPOKEN_NUMBER,
  phone: SPOKEN_PHONE,
  time: SPOKEN_TIME,
}
