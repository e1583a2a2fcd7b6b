import { createInterface } from 'node:readline'
import { Command, InvalidArgumentError } from 'commander'
import { OutdialError, systemClock } from '#base'
import { printAnswer } from '../print-answer.ts'

export function timeCommand(): Command {
  const command = new Command('time')
    .description('say which moment a time in words means, as scheduled_time would read it')
    .argument('[expression...]', 'in the language of PHP’s strtotime: “monday next week 14:00”')
    .option('--now <unix>', 'reckon from this moment instead of the present one', readUnixSeconds)
    .option('--zone <zone>', 'IANA name; times without a zone are read in it', 'UTC')
    .option('--json', 'as JSON')
    .option('--batch', 'read JSON lines [expression, now, zone], print each with its value or null')
    // So that “-3 days” needs no quotes of its own.
    .allowUnknownOption()
    .action(async (words: string[], options: TimeOptions) => {
      if (options.batch === true) await answerLines(command)
      else await answer(words.join(' '), options)
    })
  return command
}

interface TimeOptions {
  readonly now?: number
  readonly zone: string
  readonly batch?: true
  readonly json?: true
}

async function answer(expression: string, { now, zone, json }: TimeOptions): Promise<void> {
  const { describeMoment, readTime } = await import('#app')
  const nowSeconds = now ?? Math.floor(systemClock.now() / 1000)
  const seconds = readTime(expression, { nowSeconds, timeZone: zone })
  if (seconds instanceof OutdialError) throw seconds
  const time = new Date(seconds * 1000).toISOString()
  printAnswer(json, { seconds, time }, `${seconds}  ${describeMoment(seconds, zone)}`)
}

async function answerLines(command: Command): Promise<void> {
  const { readTime } = await import('#app')
  let number = 0
  for await (const line of createInterface({ input: process.stdin })) {
    number++
    if (line.trim() === '') continue
    const question = readQuestion(line)
    if (question === undefined) {
      command.error(`outdial: line ${number} is not a JSON array [expression, now, zone].`)
    }
    const [expression, nowSeconds, timeZone] = question
    const seconds = readTime(expression, { nowSeconds, timeZone })
    const value = seconds instanceof OutdialError ? null : seconds
    console.log(JSON.stringify([expression, nowSeconds, timeZone, value]))
  }
}

type Question = readonly [expression: string, nowSeconds: number, timeZone: string]

/** What follows the three, such as an expected value, is passed over. */
function readQuestion(line: string): Question | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!Array.isArray(value)) return undefined
  const [expression, now, zone] = value as unknown[]
  if (typeof expression !== 'string' || typeof zone !== 'string') return undefined
  return Number.isSafeInteger(now) ? [expression, now as number, zone] : undefined
}

function readUnixSeconds(text: string): number {
  if (/^-?[0-9]{1,12}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Write UNIX seconds.')
}
