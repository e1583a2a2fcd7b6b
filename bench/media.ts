/**
 * How many calls one media thread carries, with everything that a real call has: a prompt is played,
 * RTCP reports go both ways, and what comes back is put in order by the playout buffer and searched for
 * keys and voice, while the main thread is busy for 30 % of its time. A second engine is the far end.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { concat, encodeUlaw, silence, tone } from '#audio'
import { silentLogger, sleep, systemClock, systemRandom } from '#base'
import { MediaEngine, type SrtpKey, srtpKeys } from '#rtp'

export interface BenchResult {
  readonly name: string
  readonly rows: Record<string, string | number>[]
  readonly notes: string[]
}

interface Case {
  readonly driver: 'raw' | 'dgram'
  readonly streams: number
  /** Index of the suite; absent: in the clear. */
  readonly suite?: number
}

const CASES: readonly Case[] = [
  ...[100, 500, 1000, 2000].map((streams) => ({ driver: 'raw', streams }) as const),
  ...[0, 1].map((suite) => ({ driver: 'raw', streams: 500, suite }) as const),
  ...[100, 500, 1000].map((streams) => ({ driver: 'dgram', streams }) as const),
]
const WARM_UP_MS = 1500
const MEASURE_MS = 4000
/** Of every 20 ms, the main thread works so many. */
const BUSY_MS = 6

export async function bench(): Promise<BenchResult> {
  const rows: Record<string, string | number>[] = []
  let priority = ''
  for (const each of CASES) {
    if (each.driver === 'raw' && process.platform !== 'linux') continue
    const measured = await measure(each)
    priority = measured.priority
    rows.push(measured.row)
  }
  return {
    name: 'media: calls on one thread, both ways, PCMU, 20 ms, RTCP, playout buffer, key and voice detection',
    rows,
    notes: [
      `lateness: how long after its slot a packet left, worst of its slot; scheduling: ${priority}`,
      'CPU: of the media thread, in percent of one core; per packet: sent and received with all that belongs to it',
      'goals: p99 under 5 ms, no gap over 40 ms (max under 20 ms), 2,000 calls by raw and 1,000 by dgram under 75 % CPU',
      sendLimit(),
    ],
  }
}

/** `streams` calls from one engine to another, each playing; figures of the first engine. */
async function measure({ driver, streams, suite }: Case) {
  const options = { log: silentLogger, clock: systemClock, host: '127.0.0.1', driver }
  const [engine, sink] = [new MediaEngine(options), new MediaEngine(options)]
  await Promise.all([engine.start(), sink.start()])
  const prompt = sharedSound((WARM_UP_MS + MEASURE_MS) * 3)
  for (let n = 0; n < streams; n++) {
    const [near, far] = [await engine.openStream(), await sink.openStream()]
    const [ours, theirs] = [key(suite), key(suite)]
    const terms = { codec: 'PCMU', payloadType: 0 } as const
    const srtp = ours && theirs && { local: ours, remote: theirs }
    near.connect({ ...terms, remote: far.address, ...(srtp && { srtp }) })
    const back = srtp && { local: srtp.remote, remote: srtp.local }
    far.connect({ ...terms, remote: near.address, ...(back && { srtp: back }) })
    near.onDigit = () => undefined
    near.onVoice = () => undefined
    near.play(prompt)
    far.play(prompt)
  }
  const rest = keepBusy()
  await sleep(systemClock, WARM_UP_MS)
  engine.resetLateness()
  const [cpuBefore, before] = [engine.load.cpuMs, systemClock.monotonic()]
  await sleep(systemClock, MEASURE_MS)
  const { packets, p50Ms, p99Ms, maxMs } = engine.lateness()
  const elapsedMs = systemClock.monotonic() - before
  const cpuMs = engine.load.cpuMs - cpuBefore
  rest()
  const { priority } = engine
  await Promise.all([engine.stop(), sink.stop()])
  return {
    priority,
    row: {
      driver,
      SRTP: key(suite)?.suite ?? 'no',
      calls: streams,
      'packets/s': Math.round((packets * 1000) / elapsedMs),
      'p50 late ms': round(p50Ms),
      'p99 late ms': round(p99Ms),
      'max late ms': round(maxMs),
      'CPU %': round((100 * cpuMs) / elapsedMs),
      'µs each': round((1000 * cpuMs) / packets),
    },
  }
}

function key(suite: number | undefined): SrtpKey | undefined {
  return suite === undefined ? undefined : srtpKeys('sdes', systemRandom)[suite]
}

/** Speech-like: sound and pauses, so that the detectors have something to decide. */
function sharedSound(durationMs: number): SharedArrayBuffer {
  const phrase = concat([tone({ frequenciesHz: [440, 554], durationMs: 700 }), silence(300)])
  const bytes = encodeUlaw(concat(Array.from({ length: durationMs / 1000 }, () => phrase)))
  const shared = new SharedArrayBuffer(bytes.length)
  new Uint8Array(shared).set(bytes)
  return shared
}

/** Works for a share of the time, as the main thread of a busy server does. Returns its end. */
function keepBusy(): () => void {
  const timer = setInterval(() => {
    const end = performance.now() + BUSY_MS
    while (performance.now() < end);
  }, 20)
  return () => clearInterval(timer)
}

/** What a loop in C that does nothing but send needs on this machine, where it can be compiled. */
function sendLimit(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'))
  try {
    const program = join(folder, 'send-limit')
    const source = join(import.meta.dirname, 'send-limit.c')
    const compiled = spawnSync('cc', ['-O2', '-o', program, source], { encoding: 'utf8' })
    if (compiled.status !== 0) return 'send-only limit in C: not measured, there is no C compiler'
    const { stdout } = spawnSync(program, ['200000'], { encoding: 'utf8' })
    return `send-only limit in C, same machine: ${stdout.trim()} µs of CPU a packet`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await bench()
  console.table(result.rows)
  for (const note of result.notes) console.log(note)
  console.log(JSON.stringify(result))
}
