import { createLogger, systemClock } from '#base'
import { type HostedSession, SessionWorkers } from '#dialer'
import type { FirstDocument, Platform, Playback, SessionVariables } from '#vxml'
import type { BenchResult } from './run.ts'

/** The most first, against a process that is empty indeed. */
const SIZES = [1000, 100, 1]
const STEPS = 200
const DOCUMENT_BYTES = 7_000
const GOALS = { memoryMb: 400, firstPromptMs: 20, stepMs: 5 }

/**
 * Dialogues in session workers as in production, without telephone: how many begin in a second, what a
 * step takes, what one that waits for a key weighs, and how soon the first prompt is there.
 */
export async function bench(): Promise<BenchResult> {
  const rows: Record<string, string | number>[] = []
  const misses: string[] = []
  for (const size of SIZES) {
    const measured = await measure(size)
    rows.push({
      sessions: size,
      'started/s': Math.round(measured.startedPerSecond),
      'first prompt, median ms': round(measured.firstPromptMs.median),
      'p95 ms': round(measured.firstPromptMs.p95),
      'step, median µs': Math.round(measured.stepMs.median * 1000),
      'p95 µs': Math.round(measured.stepMs.p95 * 1000),
      'idle kB each': Math.round((measured.idleMb * 1024) / size),
      'idle MB': Math.round(measured.idleMb),
    })
    if (measured.idleMb > GOALS.memoryMb) misses.push(`${size} sessions: ${measured.idleMb} MB`)
    if (measured.firstPromptMs.median > GOALS.firstPromptMs) misses.push(`${size}: first prompt`)
    if (measured.stepMs.median > GOALS.stepMs) misses.push(`${size}: step`)
  }
  const goals =
    `goals: 1,000 idle sessions in ${GOALS.memoryMb} MB, first prompt in ${GOALS.firstPromptMs} ms, ` +
    `a form-item step in ${GOALS.stepMs} ms: ${misses.length === 0 ? 'met' : `missed: ${misses.join('; ')}`}`
  return {
    name: `vxml: dialogues of a ${DOCUMENT_BYTES / 1000} kB document in session workers`,
    rows,
    notes: [
      goals,
      'first prompt: one session begins after the other, beside those that wait; its document is at hand as bytes',
      'started/s: all at once; step: from a key to the next prompt, grammar, <filled> and <if> between them',
    ],
  }
}

interface Measured {
  readonly startedPerSecond: number
  readonly firstPromptMs: Spread
  readonly stepMs: Spread
  readonly idleMb: number
}

interface Spread {
  readonly median: number
  readonly p95: number
}

async function measure(size: number): Promise<Measured> {
  const workers = new SessionWorkers({ clock: systemClock, log: createLogger('error') })
  await workers.start()
  const emptyBytes = process.memoryUsage.rss()
  // The document is parsed and the code is warm, as in a server that has had calls.
  for (let i = 0; i < 100; i++) await (await Caller.start(workers, i)).hangUp()
  const begun = performance.now()
  const callers = await Promise.all(
    Array.from({ length: size }, (_, i) => Caller.start(workers, i)),
  )
  const tookMs = performance.now() - begun
  const idleMb = (process.memoryUsage.rss() - emptyBytes) / 2 ** 20
  const firstPromptMs: number[] = []
  for (let i = 0; i < 50; i++) {
    const caller = await Caller.start(workers, i)
    firstPromptMs.push(caller.firstPromptMs)
    await caller.hangUp()
  }
  const stepMs: number[] = []
  for (let i = 0; i < STEPS; i++) stepMs.push((await callers[i % size]?.step()) ?? 0)
  await Promise.all(callers.map((caller) => caller.hangUp()))
  await workers.stop()
  return {
    startedPerSecond: (size * 1000) / tookMs,
    firstPromptMs: spread(firstPromptMs),
    stepMs: spread(stepMs),
    idleMb,
  }
}

/** One dialogue and who is on its line. */
class Caller implements Platform {
  readonly clock = systemClock
  firstPromptMs = 0
  #prompted: () => void = () => undefined
  #session: HostedSession | undefined

  static async start(workers: SessionWorkers, id: number): Promise<Caller> {
    const caller = new Caller()
    const begun = performance.now()
    const prompted = caller.#nextPrompt()
    caller.#session = workers.run(
      {
        accountId: id % ACCOUNTS,
        startUri: URI,
        startMethod: 'POST',
        startFields: [],
        variables: { ...VARIABLES, callId: id },
        firstDocument: DOCUMENT,
      },
      caller,
    )
    await prompted
    caller.firstPromptMs = performance.now() - begun
    return caller
  }

  /** Milliseconds from the key to the prompt that it leads to. */
  async step(): Promise<number> {
    const begun = performance.now()
    const prompted = this.#nextPrompt()
    this.#session?.receive({ kind: 'key', key: '1' })
    await prompted
    return performance.now() - begun
  }

  async hangUp(): Promise<void> {
    this.#session?.receive({ kind: 'hangup' })
    await this.#session?.ended
  }

  async fetch(): Promise<never> {
    throw new Error('Nothing is fetched here.')
  }

  prepare(): void {}

  play(): Playback {
    this.#prompted()
    return { ended: Promise.resolve({ interrupted: false }), stop: () => undefined }
  }

  async disconnect(): Promise<void> {}
  log(): void {}

  #nextPrompt(): Promise<void> {
    return new Promise((resolve) => {
      this.#prompted = resolve
    })
  }
}

const ACCOUNTS = 20
const URI = 'http://app.example/start.vxml'
const DOCUMENT: FirstDocument = {
  uri: URI,
  status: 200,
  contentType: 'application/voicexml+xml',
  body: new TextEncoder().encode(document()),
}

const VARIABLES: SessionVariables = {
  sessionId: 'bench',
  callId: 0,
  remoteUri: 'tel:+16175550100',
  localUri: 'sip:outdial@127.0.0.1',
  ani: '6175550199',
  dnis: '6175550100',
  messageReference: '',
  callParameters: 'name=Ada',
  campaignParameters: '',
  calleeType: 'voice',
  columns: {},
}

/** A menu of a survey, and as many more questions as make up the size. */
function document(): string {
  const head = `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" xml:lang="en-US">
<var name="answers" expr="0"/>
<script><![CDATA[
  function named(parameters) { return /name=(\\w+)/.exec(parameters)[1] }
  function count(n) { return n + 1 }
]]></script>
<catch event="noinput nomatch"><prompt>Please press a key.</prompt><reprompt/></catch>
<form id="start">
  <field name="choice">
    <property name="timeout" value="3600s"/>
    <prompt>Hello <value expr="named(session.connection.call_parameters)"/>, press one to go on.</prompt>
    <grammar mode="dtmf" root="key" version="1.0"><rule id="key"><one-of>
      <item>1</item><item>2</item><item>3</item></one-of></rule></grammar>
    <filled><assign name="answers" expr="count(answers)"/>
      <if cond="choice == '3'"><goto next="#question1"/><else/><clear/></if></filled>
  </field>
</form>\n`
  let body = ''
  for (let i = 1; head.length + body.length < DOCUMENT_BYTES - 500; i++) {
    body += `<form id="question${i}"><field name="answer${i}" type="digits?length=1">
  <prompt>Question ${i}: how content are you with what you were told, from one to five?</prompt>
  <help>One is not at all, five is very much.</help>
  <filled><log label="answer">${i} <value expr="answer${i}"/></log><goto next="#question${i + 1}"/></filled>
</field></form>\n`
  }
  return `${head}${body}</vxml>`
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0
  return { median: at(0.5), p95: at(0.95) }
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
