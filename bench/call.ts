import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { decodeUlaw } from '#audio'
import { silentLogger, systemClock, systemRandom } from '#base'
import { createAnswer } from '#rtp'
import { type IncomingCall, UserAgent } from '#sip'
import { Lab } from '#test/lab'
import { ServerProcess } from '#test/server-process'
import type { BenchResult } from './run.ts'

const CALLS = 40
/** One each: calls to one number come one after the other. */
const FIRST_NUMBER = 16_177_123_000
/** Louder than any silence that is sent while nothing plays. */
const AUDIBLE = 200

interface Timing {
  readonly inviteAtMs: number
  readonly answeredAtMs: number
  readonly promptAtMs: number
}

/**
 * How soon a call starts and how soon the person hears something, seen from the far end: from the
 * HTTP reply to the INVITE, and from 200 OK to the first audible RTP packet, its prompt cached.
 */
export async function bench(): Promise<BenchResult> {
  const lab = await Lab.start()
  const far = await FarEnd.start()
  const server = await ServerProcess.start(lab.config({ trunk: far.trunk }))
  const toInvite: number[] = []
  const toPrompt: number[] = []
  for (let i = 0; i <= CALLS; i++) {
    const timing = far.next()
    await lab.queue(server.url, String(FIRST_NUMBER + i))
    const repliedAtMs = performance.now()
    const { inviteAtMs, answeredAtMs, promptAtMs } = await timing
    // The first call fills the prompt cache and is not counted.
    if (i === 0) continue
    toInvite.push(Math.max(0, inviteAtMs - repliedAtMs))
    toPrompt.push(promptAtMs - answeredAtMs)
  }
  await server.stop()
  await far.stop()
  await lab.stop()
  return {
    name: `call: ${CALLS} calls one after the other, server in a process of its own`,
    rows: [
      row('HTTP reply to INVITE', toInvite, 100),
      row('200 OK to first prompt packet', toPrompt, 100),
    ],
    notes: ['Measured at the far end, on loopback; the prompt is spoken text and cached.'],
  }
}

function row(what: string, values: number[], goalMs: number): Record<string, string | number> {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (fraction: number): number =>
    Math.round((sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0) * 10) / 10
  return { what, 'median ms': at(0.5), 'p95 ms': at(0.95), 'max ms': at(1), 'goal ms': goalMs }
}

/** A callee that answers at once, notes when what arrived, and hangs up at the first word. */
class FarEnd {
  readonly #userAgent: UserAgent
  #waiting = Promise.withResolvers<Timing>()

  private constructor() {
    this.#userAgent = new UserAgent({
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
      bind: { host: '127.0.0.1', port: 0 },
      transports: ['udp'],
      userAgentName: 'bench',
      onInvite: (call) => void this.#take(call),
    })
  }

  static async start(): Promise<FarEnd> {
    const far = new FarEnd()
    await far.#userAgent.start()
    return far
  }

  get trunk() {
    const { host, port } = this.#userAgent.localAddress
    return { name: 'bench', host, port, transport: 'udp', invalidCallerId: 'decline' } as const
  }

  /** The timing of the next call. */
  next(): Promise<Timing> {
    this.#waiting = Promise.withResolvers()
    return this.#waiting.promise
  }

  stop(): Promise<void> {
    return this.#userAgent.stop()
  }

  async #take(call: IncomingCall): Promise<void> {
    const inviteAtMs = performance.now()
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { sdp } = createAnswer(call.request.body, {
      address: { host: '127.0.0.1', port: socket.address().port },
      codecs: ['PCMU'],
      sessionId: 1,
    })
    call.ring()
    const answeredAtMs = performance.now()
    const confirmed = call.answer(Buffer.from(sdp), 'application/sdp')
    for await (const [packet] of packets(socket)) {
      if (!isAudible(packet)) continue
      this.#waiting.resolve({ inviteAtMs, answeredAtMs, promptAtMs: performance.now() })
      break
    }
    const dialog = await confirmed
    await dialog.bye()
    socket.close()
  }
}

async function* packets(socket: ReturnType<typeof createSocket>): AsyncGenerator<[Buffer]> {
  for (;;) yield (await once(socket, 'message')) as [Buffer]
}

function isAudible(packet: Buffer): boolean {
  const samples = decodeUlaw(packet.subarray(12))
  return samples.some((sample) => Math.abs(sample) > AUDIBLE)
}
