/**
 * How many calls a second are set up, and how soon each is heard: our user agent and media engine call a SIPp,
 * which answers at once and sends back what it hears. A call opens a port, makes its offer, plays a prompt from
 * the answer on, looks for keys and voice, and is hung up after a second: at 200 a second 200 are up at a time.
 */
import { fileURLToPath } from 'node:url'
import { silentLogger, sleep, systemClock, systemRandom } from '#base'
import { createOffer, MediaEngine, parseAnswer } from '#rtp'
import { UserAgent } from '#sip'
import { findProgram } from '#test/program'
import { type SippEcho, startSippEcho } from './media/sipp-echo.ts'
import { quantile, round, sharedSound } from './media/sound.ts'
import type { BenchResult } from './run.ts'

const RATES = [50, 100, 200, 300, 400]
const OFFERED_MS = 6000
const HOLD_MS = 1000
const PACE_MS = 5

export async function bench(): Promise<BenchResult> {
  const name = 'media: calls set up a second through SIP and RTP, against SIPp'
  const sipp = findProgram('sipp')
  if ('skip' in sipp) return { name, rows: [], notes: [`not measured: ${sipp.skip}`] }
  const rows: Record<string, string | number>[] = []
  for (const rate of RATES) rows.push(await measure(rate))
  return {
    name,
    rows,
    notes: [
      'rate: calls answered and acknowledged a second, from the first INVITE to the last ACK',
      'to first prompt: from the ACK to the first packet of the prompt, by our own clock',
      'CPU: main thread in percent of one core, and media thread in ms of CPU a call',
      'goals: 200 calls a second, all of them answered; first prompt within 50 ms of the ACK (median) at 200 calls at a time',
    ],
  }
}

interface Tally {
  answered: number
  failed: number
  up: number
  mostUp: number
  lastAckMs: number
  readonly toAnswerMs: number[]
  readonly toPromptMs: number[]
}

async function measure(rate: number): Promise<Record<string, string | number>> {
  const options = { log: silentLogger, clock: systemClock }
  const engine = new MediaEngine({ ...options, host: '127.0.0.1' })
  const agent = new UserAgent({
    ...{ ...options, random: systemRandom, userAgentName: 'bench' },
    ...{ bind: { host: '127.0.0.1', port: 0 }, transports: ['udp'] },
  })
  const [sipp] = await Promise.all([startSippEcho(), engine.start(), agent.start()])
  const prompt = sharedSound(2 * HOLD_MS)
  const tally: Tally = {
    ...{ answered: 0, failed: 0, up: 0, mostUp: 0, lastAckMs: 0 },
    ...{ toAnswerMs: [], toPromptMs: [] },
  }
  const [startMs, usage, media] = [performance.now(), process.cpuUsage(), engine.load.cpuMs]
  const calls: Promise<void>[] = []
  while (performance.now() < startMs + OFFERED_MS) {
    const due = (rate * (performance.now() - startMs)) / 1000
    while (calls.length < due) calls.push(call({ agent, engine, sipp, prompt, tally }))
    await sleep(systemClock, PACE_MS)
  }
  const elapsedMs = performance.now() - startMs
  const { user, system } = process.cpuUsage(usage)
  const mediaMs = engine.load.cpuMs - media
  await Promise.all(calls)
  await Promise.all([agent.stop(), engine.stop(), sipp.stop()])
  return {
    'offered/s': rate,
    'rate/s': round((tally.answered * 1000) / (tally.lastAckMs - startMs)),
    failed: tally.failed,
    'most at a time': tally.mostUp,
    'INVITE to ACK ms': round(quantile(tally.toAnswerMs, 0.5)),
    'to first prompt ms': round(quantile(tally.toPromptMs, 0.5)),
    'p95 ms': round(quantile(tally.toPromptMs, 0.95)),
    'max ms': round(quantile(tally.toPromptMs, 1)),
    'main CPU %': round((100 * ((user + system) / 1000 - mediaMs)) / elapsedMs),
    'main ms a call': round(((user + system) / 1000 - mediaMs) / calls.length),
    'media ms a call': round(mediaMs / calls.length),
  }
}

/** One call, from its port to its BYE. Never rejects. */
async function call({
  agent,
  engine,
  sipp,
  prompt,
  tally,
}: {
  readonly agent: UserAgent
  readonly engine: MediaEngine
  readonly sipp: SippEcho
  readonly prompt: SharedArrayBuffer
  readonly tally: Tally
}): Promise<void> {
  try {
    const beganMs = performance.now()
    const stream = await engine.openStream()
    const offer = createOffer({ address: stream.address, sessionId: 1 })
    const trunk = { ...sipp.sip, transport: 'udp' as const }
    const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
    const outcome = await agent.invite(identity, {
      body: Buffer.from(offer),
      contentType: 'application/sdp',
      ringTimeoutMs: 20_000,
    }).outcome
    if (outcome.kind !== 'answered') throw new Error(outcome.kind)
    const ackMs = systemClock.monotonic()
    stream.connect(parseAnswer(outcome.body, offer))
    stream.onDigit = () => undefined
    stream.onVoice = () => undefined
    const handle = stream.play(prompt)
    tally.lastAckMs = performance.now()
    tally.toAnswerMs.push(tally.lastAckMs - beganMs)
    tally.answered++
    tally.mostUp = Math.max(tally.mostUp, ++tally.up)
    tally.toPromptMs.push(((await handle.started) ?? Number.POSITIVE_INFINITY) - ackMs)
    await sleep(systemClock, HOLD_MS)
    tally.up--
    await outcome.dialog.bye()
    await stream.close()
  } catch {
    tally.failed++
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await bench()
  console.table(result.rows)
  for (const note of result.notes) console.log(note)
  console.log(JSON.stringify(result))
}
