import { ruleGrammar } from '../fixed-grammar.ts'
import type { Expansion, Grammar } from '../grammar.ts'
import { GrammarError } from '../grammar-error.ts'
import { keysOf, keyToken, tokensOf } from '../tokens.ts'
import { type BuiltinParameters, digitLengths } from './parameters.ts'

/** The builtin types as keys are pressed; undefined for what is none. Throws `GrammarError`. */
export function keyedGrammar(
  uri: string,
  type: string,
  parameters: BuiltinParameters,
): Grammar | undefined {
  const make = TYPES.get(type)
  return make === undefined ? undefined : ruleGrammar(uri, 'dtmf', sequence(...make(parameters)))
}

type Maker = (parameters: BuiltinParameters) => Expansion[]

const TYPES: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['boolean', keyedBoolean],
  ['digits', (parameters) => [repeat(DIGIT, ...digitLengths(parameters))]],
  ['number', () => [...decimal(Number.POSITIVE_INFINITY), script(NUMBER)]],
  ['currency', () => [...decimal(2), script(CURRENCY)]],
  ['date', () => [repeat(DIGIT, 4, 4), oneOf(...[31, 30, 29].map(daysOf))]],
  ['time', () => [span(0, 23), span(0, 59), script(TIME)]],
  ['phone', () => [repeat(DIGIT, 1), optional(keyToken('*'), repeat(DIGIT, 1)), script(PHONE)]],
])

const DIGIT = oneOf(...[...'0123456789'].map(keyToken))

// What becomes of the keys. A number must not begin with a zero that makes it octal.
const TEXT = 'var keys = meta.current().text;'
const NUMBER = `${TEXT} out = keys.replace("*", ".").replace(/^0+(?=[0-9])/, "").replace(/^\\./, "0.").replace(/\\.$/, "")`
const CURRENCY = `${TEXT} var parts = keys.split("*"); out = (parts[0].replace(/^0+(?=[0-9])/, "") || "0") + "." + ((parts[1] || "") + "00").substr(0, 2)`
const TIME = `${TEXT} var hour = Number(keys.substr(0, 2)); out = keys + (hour >= 1 && hour <= 12 ? "?" : "h")`
const PHONE = `${TEXT} out = keys.replace("*", "x")`

/** The months of so many days, with them. A year says nothing here: February has 29. */
function daysOf(days: number): Expansion {
  const months = { 31: [1, 3, 5, 7, 8, 10, 12], 30: [4, 6, 9, 11] }[days] ?? [2]
  return sequence(oneOf(...months.map((month) => twoDigits(month))), span(1, days))
}

function keyedBoolean(parameters: BuiltinParameters): Expansion[] {
  const yes = keysOf(parameters.get('y') ?? '1')
  const no = keysOf(parameters.get('n') ?? '2')
  if (yes.join('') === no.join('')) {
    throw new GrammarError('grammar-builtin', `The key ${yes.join('')} cannot mean yes and no`)
  }
  return [
    oneOf(
      sequence(...yes.map(keyToken), script('out = true')),
      sequence(...no.map(keyToken), script('out = false')),
    ),
  ]
}

/** Digits, and a `*` for the decimal point; `12*`, `*5` and `12*5` too. */
function decimal(maxDecimals: number): Expansion[] {
  return [
    oneOf(
      sequence(repeat(DIGIT, 1), optional(keyToken('*'), repeat(DIGIT, 0, maxDecimals))),
      sequence(keyToken('*'), repeat(DIGIT, 1, maxDecimals)),
    ),
  ]
}

/** Two digits from `first` to `last`. */
function span(first: number, last: number): Expansion {
  return oneOf(...Array.from({ length: last - first + 1 }, (_, n) => twoDigits(first + n)))
}

function twoDigits(number: number): Expansion {
  return sequence(...tokensOf(String(number).padStart(2, '0'), 'dtmf'))
}

function sequence(...items: Expansion[]): Expansion {
  return { kind: 'sequence', items }
}

function oneOf(...expansions: Expansion[]): Expansion {
  return {
    kind: 'alternatives',
    choices: expansions.map((expansion) => ({ expansion, weight: 1 })),
  }
}

function repeat(item: Expansion, min: number, max = Number.POSITIVE_INFINITY): Expansion {
  return { kind: 'repeat', item, min, max }
}

function optional(...items: Expansion[]): Expansion {
  return repeat(sequence(...items), 0, 1)
}

function script(content: string): Expansion {
  return { kind: 'tag', content }
}
