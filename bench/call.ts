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
/** Up at a time while those are measured. */
const HELD = 200
/** Due at once, for the rate at which calls are set up. */
const BURST = 600
/** One each: calls to one number come one after the other. */
const FIRST_NUMBER = 16_177_120_000
const FIRST_HELD = FIRST_NUMBER + 1000
const FIRST_OF_BURST = FIRST_NUMBER + 2000
/** Louder than any silence that is sent while nothing plays. */
const AUDIBLE = 200
/** Time to queue the burst before it is due. */
const BURST_LEAD_SECONDS = 12

/** Speaks for a minute to who does not hang up. */
const LONG_DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form><field name="choice" type="digits">
  <property name="timeout" value="300s"/>
  <prompt>${'This is a test of the emergency broadcast system. '.repeat(20)}</prompt>
</field></form></vxml>`

interface Timing {
  readonly number: number
  readonly inviteAtMs: number
  readonly answeredAtMs: number
  readonly promptAtMs: number
}

/**
 * How soon a call starts and how soon the person hears something, seen from the far end: from the
 * HTTP reply to the INVITE, and from 200 OK to the first audible RTP packet, its prompt cached; alone, and
 * beside other calls. And how many calls a second are set up through the whole product.
 */
export async function bench(): Promise<BenchResult> {
  const lab = await Lab.start({ '/long.vxml': LONG_DOCUMENT })
  const far = await FarEnd.start()
  const limits = { lines: 1000, callsPerSecond: 1000, ringTimeoutSeconds: 60 }
  const server = await ServerProcess.start(lab.config({ trunk: far.trunk, ...limits }))
  const queue = (number: number, fields = {}) => lab.queue(server.url, String(number), fields)
  const alone = await oneByOne(far, queue, FIRST_NUMBER)
  const held = range(FIRST_HELD, HELD)
  await Promise.all(held.map((number) => queue(number, { start_url: lab.web.url('/long.vxml') })))
  await far.heard(HELD, FIRST_HELD)
  const beside = await oneByOne(far, queue, FIRST_NUMBER + CALLS + 1)
  far.release()
  const scheduled_time = `+${BURST_LEAD_SECONDS} seconds`
  for (const number of range(FIRST_OF_BURST, BURST)) await queue(number, { scheduled_time })
  const burst = await far.heard(BURST, FIRST_OF_BURST)
  await server.stop()
  await far.stop()
  await lab.stop()
  const invites = burst.map(({ inviteAtMs }) => inviteAtMs).sort((a, b) => a - b)
  const seconds = ((invites.at(-1) ?? 0) - (invites[0] ?? 0)) / 1000
  return {
    name: `call: ${CALLS} calls one after the other, server in a process of its own`,
    rows: [
      row('HTTP reply to INVITE', alone.toInvite, 100),
      row('200 OK to first prompt packet', alone.toPrompt, 100),
      row(`the same beside ${HELD} calls`, beside.toPrompt, 50),
      row(`the same of ${BURST} calls that are due at once`, burst.map(toPrompt), 50),
    ],
    notes: [
      'Measured at the far end, on loopback; the prompt is spoken text and cached.',
      `Whole product, ${BURST} calls due at once: ${Math.round(BURST / seconds)} INVITEs a second, all answered and heard; goal 200.`,
    ],
  }
}

/** The first call fills the prompt cache and is not counted. */
async function oneByOne(
  far: FarEnd,
  queue: (number: number) => Promise<number>,
  first: number,
): Promise<{ toInvite: number[]; toPrompt: number[] }> {
  const timings: { repliedAtMs: number; timing: Timing }[] = []
  for (const number of range(first, CALLS + 1)) {
    const heard = far.heard(1, number)
    await queue(number)
    const repliedAtMs = performance.now()
    const [timing] = await heard
    if (timing && number > first) timings.push({ repliedAtMs, timing })
  }
  return {
    toInvite: timings.map(({ repliedAtMs, timing }) =>
      Math.max(0, timing.inviteAtMs - repliedAtMs),
    ),
    toPrompt: timings.map(({ timing }) => toPrompt(timing)),
  }
}

function toPrompt({ promptAtMs, answeredAtMs }: Timing): number {
  return promptAtMs - answeredAtMs
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => first + n)
}

function row(what: string, values: number[], goalMs: number): Record<string, string | number> {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (fraction: number): number =>
    Math.round((sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0) * 10) / 10
  return { what, 'median ms': at(0.5), 'p95 ms': at(0.95), 'max ms': at(1), 'goal ms': goalMs }
}

/** A callee that answers at once, notes when what arrived, and hangs up at the first word; or holds on. */
class FarEnd {
  readonly #userAgent: UserAgent
  readonly #timings: Timing[] = []
  readonly #held: (() => void)[] = []
  #looks = new Set<() => void>()

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

  /** Resolves with the timings of so many numbers from `first` on, when all have heard something. */
  heard(count: number, first: number): Promise<Timing[]> {
    const isOf = ({ number }: Timing): boolean => number >= first && number < first + count
    return new Promise((resolve) => {
      const look = (): void => {
        const timings = this.#timings.filter(isOf)
        if (timings.length < count) return
        this.#looks.delete(look)
        resolve(timings)
      }
      this.#looks.add(look)
      look()
    })
  }

  /** Those that hold on hang up. */
  release(): void {
    for (const hangUp of this.#held.splice(0)) hangUp()
  }

  stop(): Promise<void> {
    return this.#userAgent.stop()
  }

  async #take(call: IncomingCall): Promise<void> {
    const inviteAtMs = performance.now()
    const number = Number(/\d{11}/.exec(call.request.uri)?.[0])
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
    for await (const [packet] of packets(socket)) if (isAudible(packet)) break
    this.#timings.push({ number, inviteAtMs, answeredAtMs, promptAtMs: performance.now() })
    for (const look of [...this.#looks]) look()
    const dialog = await confirmed
    const isHeld = number >= FIRST_HELD && number < FIRST_OF_BURST
    if (isHeld) await new Promise<void>((resolve) => this.#held.push(resolve))
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
