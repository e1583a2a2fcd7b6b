import { CalleeDetector, type CalleeVerdict } from '#audio'
import { type CorpusCall, corpusOf, SEED } from './callee/corpus.ts'
import type { BenchResult } from './run.ts'

const FRAME = 160
const FRAME_MS = 20
const GOALS = { people: 95, machines: 92, medianMs: 2000, mostMs: 4000, beeps: 95, beepMs: 150 }
const TYPES = ['voice', 'answeringmachine', 'fax', 'unknown'] as const
/** A beep that was told so far from a true one is another. */
const SAME_BEEP_MS = 400

/**
 * Who answered, on the half of a synthetic corpus that the detector was not tuned on: a confusion table
 * by group, how soon it was known, and how exactly the end of beeps was told.
 */
export async function bench(): Promise<BenchResult> {
  const heard: Heard[] = []
  let frames = 0
  let spentMs = 0
  for await (const call of corpusOf('held')) {
    const begun = performance.now()
    const one = listen(call)
    spentMs += performance.now() - begun
    frames += one.frames
    heard.push(one)
  }
  const groups = [...Map.groupBy(heard, ({ call }) => call.group)]
  const rows = [...groups, ['all', heard] as const].map(([name, some]) => rowOf(name, some))
  return {
    name: `callee: who answered, in ${heard.length} calls of the held half of the corpus (seed “${SEED}”)`,
    rows,
    notes: notesOf(heard, (1000 * spentMs) / frames),
  }
}

interface Heard {
  readonly call: CorpusCall
  readonly verdict: CalleeVerdict
  /** When the end of a beep was told. */
  readonly beepsMs: readonly number[]
  /** For how many it listened. */
  readonly frames: number
}

function listen(call: CorpusCall): Heard {
  let verdict: CalleeVerdict | undefined
  const beepsMs: number[] = []
  let elapsedMs = 0
  const detector = new CalleeDetector({
    onVerdict: (found) => {
      verdict = found
    },
    onBeep: () => beepsMs.push(elapsedMs),
  })
  for (let at = 0; at + FRAME <= call.samples.length && !detector.isOver; at += FRAME) {
    elapsedMs += FRAME_MS
    detector.hear(call.samples.subarray(at, at + FRAME))
  }
  if (verdict === undefined) throw new Error(`Nothing was decided of ${call.id}.`)
  return { call, verdict, beepsMs, frames: elapsedMs / FRAME_MS }
}

function rowOf(name: string, some: readonly Heard[]): Readonly<Record<string, string | number>> {
  const truths = new Set(some.map(({ call }) => call.truth))
  const times = some.map(({ verdict }) => verdict.afterMs)
  return {
    group: name,
    truth: truths.size === 1 ? ([...truths][0] ?? '') : '',
    calls: some.length,
    ...Object.fromEntries(
      TYPES.map((type) => [type, some.filter(({ verdict }) => verdict.type === type).length]),
    ),
    'right %': percent(some.filter(isRight).length, some.length),
    'median ms': quantile(times, 0.5),
    'p95 ms': quantile(times, 0.95),
  }
}

function notesOf(heard: readonly Heard[], microseconds: number): string[] {
  const people = heard.filter(({ call }) => call.group.startsWith('person'))
  const machines = heard.filter(({ call }) => call.group.startsWith('machine'))
  const times = heard.map(({ verdict }) => verdict.afterMs)
  const { errorsMs, missed, wrong } = beepsOf(machines)
  const right = (some: readonly Heard[]): number =>
    percent(some.filter(isRight).length, some.length)
  const exact = errorsMs.filter((ms) => Math.abs(ms) <= GOALS.beepMs).length
  const beeps = errorsMs.length + missed
  const measured = [
    { what: `people right ${right(people)} %`, isMet: right(people) >= GOALS.people },
    { what: `machines right ${right(machines)} %`, isMet: right(machines) >= GOALS.machines },
    {
      what: `known after ${quantile(times, 0.5)} ms (median)`,
      isMet: quantile(times, 0.5) < GOALS.medianMs,
    },
    { what: `${Math.max(...times)} ms at most`, isMet: Math.max(...times) < GOALS.mostMs },
    {
      what: `${percent(exact, beeps)} % of beeps told within ${GOALS.beepMs} ms of their end`,
      isMet: percent(exact, beeps) >= GOALS.beeps,
    },
  ]
  return [
    `goals: ${GOALS.people} % of people, ${GOALS.machines} % of machines, a median under ${GOALS.medianMs} ms, all within ` +
      `${GOALS.mostMs} ms, ${GOALS.beeps} % of beeps within ${GOALS.beepMs} ms`,
    ...measured.map(({ what, isMet }) => `${isMet ? 'met' : 'MISSED'}: ${what}`),
    `beeps of machines known as such: ${beeps}, not told ${missed}, told where there was none ${wrong}; told ` +
      `${quantile(errorsMs, 0.05)} to ${quantile(errorsMs, 0.95)} ms after their end (p5 to p95)`,
    `${microseconds.toFixed(1)} µs a frame of 20 ms, as long as it listens`,
    'the halves are divided by a hash of what is said; the detector was tuned on the other one alone',
    'every call is there over a clean line (PCMU) and over one with noise, another codec or lost packets',
  ]
}

/** Of those that are told, and those that come after it is known that a machine has answered. */
function beepsOf(machines: readonly Heard[]): {
  readonly errorsMs: number[]
  readonly missed: number
  readonly wrong: number
} {
  const errorsMs: number[] = []
  let missed = 0
  let wrong = 0
  for (const { call, verdict, beepsMs } of machines.filter(isRight)) {
    const due = call.beepEndsMs.filter((end) => end > verdict.afterMs - GOALS.beepMs)
    for (const end of due) {
      const errors = beepsMs.map((ms) => ms - end).sort((a, b) => Math.abs(a) - Math.abs(b))
      const nearest = errors[0] ?? Number.POSITIVE_INFINITY
      if (Math.abs(nearest) > SAME_BEEP_MS) missed++
      else errorsMs.push(nearest)
    }
    const isOne = (ms: number): boolean =>
      call.beepEndsMs.some((end) => Math.abs(ms - end) <= SAME_BEEP_MS)
    wrong += beepsMs.filter((ms) => !isOne(ms)).length
  }
  return { errorsMs, missed, wrong }
}

function isRight({ call, verdict }: Heard): boolean {
  return verdict.type === call.truth
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
}
