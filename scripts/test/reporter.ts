// A reporter for `node --test`: a line of JSON for each thing that `scripts/test.ts` counts or tells.
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'

export type ReportLine =
  | { readonly kind: 'file-started'; readonly file: string }
  /** What a test file wrote to standard error; `file` as it was given on the command line. */
  | { readonly kind: 'output'; readonly file: string; readonly text: string }
  | TestResult

export interface TestResult {
  readonly kind: 'result'
  readonly result: 'passed' | 'failed' | 'skipped'
  readonly file: string
  readonly line: number
  readonly name: string
  /** A skipped one's reason, a failed one's error; else empty. */
  readonly detail: string
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = reportLine(event)
    if (line !== undefined) yield JSON.stringify(line) + '\n'
  }
}

function reportLine(event: TestEvent): ReportLine | undefined {
  if (event.type === 'test:dequeue') {
    const file = event.data.file ?? ''
    return file.endsWith(event.data.name) ? { kind: 'file-started', file } : undefined
  }
  if (event.type === 'test:stderr') {
    return { kind: 'output', file: event.data.file, text: event.data.message }
  }
  if (event.type === 'test:pass') return passed(event.data)
  if (event.type === 'test:fail') return failed(event.data)
  return undefined
}

function passed(data: EventData.TestPass): ReportLine | undefined {
  const { skip, todo } = data
  if (skip === true || skip === '' || todo === true || todo === '') {
    return result(data, 'failed', 'Skipped without a reason. Cure: { skip: "why" }.')
  }
  if (typeof skip === 'string') return result(data, 'skipped', skip)
  if (typeof todo === 'string') return result(data, 'skipped', `to do: ${todo}`)
  if (data.details.type === 'suite') return undefined
  // Node reports a whole file as one test where the file defines none.
  if (isFile(data)) return result(data, 'failed', 'This file holds no test.')
  return result(data, 'passed', '')
}

function failed(data: EventData.TestFail): ReportLine | undefined {
  const error: Error & { failureType?: string } = data.details.error
  // What fails for its children's sake is not counted once more.
  if (error.failureType === 'subtestsFailed') return undefined
  if (typeof data.todo === 'string' && data.todo !== '') {
    return result(data, 'skipped', `to do: ${data.todo}`)
  }
  return result(data, 'failed', describe(error))
}

function result(
  data: EventData.TestPass | EventData.TestFail,
  outcome: TestResult['result'],
  detail: string,
): TestResult {
  const { name, file = '', line = 0 } = data
  return { kind: 'result', result: outcome, file, line, name, detail }
}

function isFile({ name, file, nesting }: EventData.TestPass): boolean {
  return nesting === 0 && file?.endsWith(name) === true && /\.test\.tsx?$/.test(name)
}

const MAX_DETAIL_LINES = 500

/** The error as it was thrown, its stack without Node's own frames. */
function describe(error: Error): string {
  const { cause } = error
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : error.message
  const detail = typeof cause === 'string' ? `${text}: ${cause}` : text
  return detail
    .split('\n')
    .filter((line) => !/^\s+at .*\(?node:/.test(line))
    .slice(0, MAX_DETAIL_LINES)
    .join('\n')
}
