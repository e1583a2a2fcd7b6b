import { OutdialError } from '#base'
import { strtotime } from '#strtotime'
import type { TimeQuestion } from './strtotime-generator.ts'

/** A line of the corpus: what PHP answers, null for a refusal. */
export type TimeCase = readonly [...question: TimeQuestion, expected: number | null]

export function answerAs(question: TimeQuestion, json: string): TimeCase {
  return [...question, JSON.parse(json)]
}

export interface Differences {
  readonly understood: number
  /** Refused here, but not by PHP. */
  readonly refused: readonly string[]
  /** Another value than PHP's, or one where PHP has none. */
  readonly wrong: readonly string[]
}

export function differences(cases: readonly TimeCase[]): Differences {
  const refused: string[] = []
  const wrong: string[] = []
  let understood = 0
  for (const timeCase of cases) {
    const [text, nowSeconds, timeZone, expected] = timeCase
    const seconds = answer(text, nowSeconds, timeZone)
    if (seconds !== null) understood++
    if (seconds === expected) continue
    if (seconds === null) refused.push(JSON.stringify(timeCase))
    else wrong.push(`${JSON.stringify(timeCase)} got ${seconds}`)
  }
  return { understood, refused, wrong }
}

function answer(text: string, nowSeconds: number, timeZone: string): number | null {
  try {
    return strtotime(text, { nowSeconds, timeZone })
  } catch (error) {
    if (error instanceof OutdialError && error.code === 'unparsable-time') return null
    throw error
  }
}
