import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { HeardCall } from '#app'
import type { PostedResult } from './web-application.ts'

interface ExpectedCall {
  readonly number: string
  readonly name: string
  readonly plan: string
  readonly expected: Readonly<Record<string, string>>
}

/** What a callee who answers hears at the least: the greeting and the question. */
const PROMPT_SECONDS = 4

/** Compares what came with what had to come, prints both, and says whether they agree. */
export function checkDemo(
  results: readonly PostedResult[],
  calls: readonly ExpectedCall[],
  outputFolder: string,
  heard: readonly HeardCall[],
): boolean {
  console.log('\nThe results as they were posted to result_url:\n')
  for (const result of results) console.log(formatResult(result))
  const faults = calls.flatMap((call) => [
    ...resultFaults(call, results),
    ...soundFaults(call, heard),
  ])
  console.log('What the callees heard:\n')
  for (const { number, wavFile, speechSeconds } of heard) {
    if (wavFile === undefined) continue
    const kilobytes = Math.round(statSync(wavFile).size / 1024)
    console.log(
      `  ${wavFile}  (${number}, ${speechSeconds.toFixed(1)} s of speech, ${kilobytes} kB)`,
    )
  }
  console.log(`  ${join(outputFolder, 'carrier-log.jsonl')}\n`)
  for (const fault of faults) console.log(`NOT AS PLANNED: ${fault}`)
  console.log(faults.length === 0 ? 'Everything happened as planned.' : 'The demo failed.')
  return faults.length === 0
}

function formatResult(result: PostedResult): string {
  const lines = Object.entries(result).map(([name, value]) => `  ${name.padEnd(22)} ${value}\n`)
  return lines.join('')
}

function resultFaults(call: ExpectedCall, results: readonly PostedResult[]): string[] {
  const own = results.filter((result) => result['phone_number'] === call.number)
  if (own.length !== 1) return [`${call.name}: ${own.length} results were posted instead of one.`]
  return Object.entries(call.expected)
    .filter(([name, value]) => own[0]?.[name] !== value)
    .map(([name, value]) => `${call.name}: ${name} is ${own[0]?.[name]} instead of ${value}.`)
}

function soundFaults(call: ExpectedCall, heard: readonly HeardCall[]): string[] {
  if (call.expected['outcome'] !== 'answered') return []
  const longest = Math.max(
    0,
    ...heard.filter(({ number }) => number.endsWith(call.number)).map((one) => one.speechSeconds),
  )
  if (longest >= PROMPT_SECONDS) return []
  return [`${call.name}: heard ${longest.toFixed(1)} s of speech instead of ${PROMPT_SECONDS} s.`]
}
