/**
 * How many calls one media thread carries, with everything that a real call has: a prompt is played,
 * RTCP reports go both ways, and what comes back is put in order by the playout buffer and searched for
 * keys and voice, while the main thread is busy for 30 % of its time. The far end is SIPp, which sends back
 * what it hears, or a second engine of ours where SIPp cannot be it (SRTP, Opus) or is not installed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeUlaw, encodeOpusFrames, loadOpus, resample } from '#audio'
import { silentLogger, sleep, systemClock, systemRandom } from '#base'
import { type ConnectOptions, MediaEngine, type MediaStream, type SrtpKey, srtpKeys } from '#rtp'
import { findProgram } from '#test/program'
import { startSippEcho } from './media/sipp-echo.ts'
import { round, sharedSound } from './media/sound.ts'
import type { BenchResult } from './run.ts'

interface Case {
  readonly driver: 'raw' | 'dgram'
  readonly streams: number
  /** `listening`: for keys and voice, as all do but `listening less`. Default that alone. */
  readonly doing?: 'listening' | 'listening less' | 'recording' | 'SRTP' | 'Opus'
}

const CASES: readonly Case[] = [
  ...[50, 500, 1000, 1500, 2000].map((streams) => ({ driver: 'raw', streams }) as const),
  { driver: 'raw', streams: 2000, doing: 'listening less' },
  ...[500, 1000, 1500].map((streams) => ({ driver: 'raw', streams, doing: 'recording' }) as const),
  { driver: 'raw', streams: 500, doing: 'SRTP' },
  { driver: 'raw', streams: 200, doing: 'Opus' },
  ...[500, 1000].map((streams) => ({ driver: 'dgram', streams }) as const),
]
const WARM_UP_MS = 1500
const MEASURE_MS = 4000
/** Of every 20 ms, the main thread works so many. */
const BUSY_MS = 6

interface Row extends Record<string, string | number> {
  readonly calls: number
  readonly 'MB in all': number
}

export async function bench(): Promise<BenchResult> {
  const rows: Row[] = []
  let priority = ''
  for (const each of CASES) {
    if (each.driver === 'raw' && process.platform !== 'linux') continue
    const measured = measureApart(each)
    priority = measured.priority
    rows.push(measured.row)
  }
  return {
    name: 'media: calls on one thread, both ways, PCMU, 20 ms, RTCP, playout buffer, key and voice detection',
    rows,
    notes: [
      `late: how long after its slot a packet left, worst of its slot; scheduling: ${priority}`,
      'CPU: of the media thread, in percent of one core; µs each: a packet sent and one received, with all that belongs to them',
      'listening less: nobody waits for a key or a voice, as while a message plays that nothing interrupts',
      'goals: p99 under 5 ms, no gap over 40 ms (max under 20 ms), 2,000 calls by raw and 1,000 by dgram under 75 % CPU',
      ...growth(rows),
      ...sendLimit(rows),
    ],
  }
}

interface Measured {
  readonly priority: string
  readonly row: Row
}

/** In a process of its own, so that its memory is that of these calls. */
function measureApart(each: Case): Measured {
  const args = ['--no-warnings', import.meta.filename, JSON.stringify(each)]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const last = stdout.trim().split('\n').at(-1)
  if (!last) throw new Error(`The case ${JSON.stringify(each)} failed: ${stderr}`)
  return JSON.parse(last)
}

/** `streams` calls, each playing; figures of the engine that makes them. */
async function measure({ driver, streams, doing = 'listening' }: Case): Promise<Measured> {
  const engine = new MediaEngine({ ...OPTIONS, driver })
  await engine.start()
  const far = await farEnd(doing, driver, streams)
  const prompt = sharedSound((WARM_UP_MS + MEASURE_MS) * 3)
  const prepared = doing === 'Opus' ? await opusOf(prompt) : undefined
  const calls: MediaStream[] = []
  for (let n = 0; n < streams; n++) {
    const stream = await engine.openStream()
    stream.connect(await far.connect(stream, { prompt, prepared }))
    if (doing !== 'listening less') {
      stream.onDigit = () => undefined
      stream.onVoice = () => undefined
    }
    if (doing === 'recording') stream.record('both', () => undefined)
    stream.play(prompt, prepared)
    calls.push(stream)
  }
  const rest = keepBusy()
  await sleep(systemClock, WARM_UP_MS)
  engine.resetLateness()
  const [cpuBefore, before] = [engine.load.cpuMs, systemClock.monotonic()]
  await sleep(systemClock, MEASURE_MS)
  const { packets, p50Ms, p99Ms, maxMs } = engine.lateness()
  const elapsedMs = systemClock.monotonic() - before
  const cpuMs = engine.load.cpuMs - cpuBefore
  const memory = process.memoryUsage.rss() / 1e6
  const heard = await heardShare(calls)
  rest()
  const { priority } = engine
  await Promise.all([engine.stop(), far.stop()])
  const row = {
    ...{ driver, doing, 'far end': far.name, calls: streams },
    'p50 late ms': round(p50Ms),
    'p99 late ms': round(p99Ms),
    'max late ms': round(maxMs),
    'CPU %': round((100 * cpuMs) / elapsedMs),
    'CPU ms/s a call': round((1000 * cpuMs) / elapsedMs / streams),
    'µs each': round((1000 * cpuMs) / packets),
    'heard %': round(100 * heard),
    'MB in all': round(memory),
  }
  return { priority, row }
}

const OPTIONS = { log: silentLogger, clock: systemClock, host: '127.0.0.1' }
const NOWHERE = { host: '127.0.0.1', port: 9 }
/** It has one socket for all of them, whose buffer holds some 250 packets. */
const CALLS_OF_A_SIPP = 500
const TERMS = { codec: 'PCMU', payloadType: 0 } as const

interface Sound {
  readonly prompt: SharedArrayBuffer
  readonly prepared: SharedArrayBuffer | undefined
}

/** Prompts come so from the renderer. */
async function opusOf(prompt: SharedArrayBuffer): Promise<SharedArrayBuffer> {
  await loadOpus()
  return encodeOpusFrames(resample(decodeUlaw(new Uint8Array(prompt)), 8000, 16_000))
}

/** Whom the calls are with. */
interface FarEnd {
  readonly name: string
  connect(near: MediaStream, sound: Sound): Promise<ConnectOptions>
  stop(): Promise<unknown>
}

async function farEnd(doing: string, driver: Case['driver'], streams: number): Promise<FarEnd> {
  const isForSipp = doing !== 'SRTP' && doing !== 'Opus' && driver === 'raw'
  if (isForSipp && 'path' in findProgram('sipp')) {
    const count = Math.ceil(streams / CALLS_OF_A_SIPP)
    const sipps = await Promise.all(Array.from({ length: count }, () => startSippEcho()))
    let next = 0
    return {
      name: 'SIPp',
      connect: async () => ({ ...TERMS, remote: sipps[next++ % count]?.rtp ?? NOWHERE }),
      stop: () => Promise.all(sipps.map((sipp) => sipp.stop())),
    }
  }
  const engine = new MediaEngine({ ...OPTIONS, driver })
  await engine.start()
  const encoding = doing === 'Opus' ? ({ encoding: 'OPUS', payloadType: 111 } as const) : {}
  return {
    name: 'our own',
    async connect(near, { prompt, prepared }) {
      const far = await engine.openStream()
      const [local, remote] = doing === 'SRTP' ? [key(), key()] : []
      const srtp = local && remote && { srtp: { local, remote } }
      const back = local && remote && { srtp: { local: remote, remote: local } }
      far.connect({ ...TERMS, ...encoding, remote: near.address, ...back })
      far.play(prompt, prepared)
      return { ...TERMS, ...encoding, remote: far.address, ...srtp }
    },
    stop: () => engine.stop(),
  }
}

function key(): SrtpKey | undefined {
  return srtpKeys('sdes', systemRandom)[0]
}

/** Of what the calls have sent, how much has come back. */
async function heardShare(calls: readonly MediaStream[]): Promise<number> {
  const some = calls.filter((_, n) => n % 10 === 0)
  const stats = await Promise.all(some.map((stream) => stream.stats()))
  const sum = (of: 'packetsSent' | 'packetsReceived'): number =>
    stats.reduce((total, each) => total + each[of], 0)
  return sum('packetsReceived') / Math.max(1, sum('packetsSent'))
}

/** Works for a share of the time, as the main thread of a busy server does. Returns its end. */
function keepBusy(): () => void {
  const timer = setInterval(() => {
    const end = performance.now() + BUSY_MS
    while (performance.now() < end);
  }, 20)
  return () => clearInterval(timer)
}

/** From the fewest calls to the most against SIPp: what one more costs. */
function growth(rows: readonly Row[]): string[] {
  const plain = rows.filter((row) => row['far end'] === 'SIPp' && row['doing'] === 'listening')
  const [first, last] = [plain.at(0), plain.at(-1)]
  if (!first || !last || first === last) return []
  const calls = last.calls - first.calls
  const kb = ((last['MB in all'] - first['MB in all']) * 1000) / calls
  const each = Number(last['µs each']) / Number(first['µs each'])
  return [
    `growth from ${first.calls} to ${last.calls} calls: ${round(kb)} kB of memory a call, CPU a packet ${round(each)} times as much`,
  ]
}

/** What a loop in C that does nothing but send needs on this machine, where it can be compiled. */
function sendLimit(rows: readonly Row[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'))
  try {
    const program = join(folder, 'send-limit')
    const source = join(import.meta.dirname, 'send-limit.c')
    const compiled = spawnSync('cc', ['-O2', '-o', program, source], { encoding: 'utf8' })
    if (compiled.status !== 0) return ['send-only limit in C: not measured, there is no C compiler']
    const { stdout } = spawnSync(program, ['200000'], { encoding: 'utf8' })
    const limit = Number(stdout.trim())
    const most = rows.findLast((row) => row['far end'] === 'SIPp' && row['doing'] === 'listening')
    const ratio = most && round(Number(most['µs each']) / limit)
    const times = most ? `; ${most.calls} calls take ${ratio} times that for both ways` : ''
    return [`send-only limit in C, same machine: ${limit} µs of CPU a packet${times}`]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [each] = process.argv.slice(2)
  if (each !== undefined) console.log(JSON.stringify(await measure(JSON.parse(each))))
  else console.log(JSON.stringify(await bench(), undefined, 2))
  process.exit(0)
}
