import { createSocket } from 'node:dgram'
import { silentLogger, systemClock, systemRandom } from '#base'
import { type IncomingCall, UserAgent, type UserAgentOptions } from '#sip'

/** A test, or whatever else ends what it used. */
export interface Ending {
  after(end: () => unknown): void
}

/** T1 of 40 ms: a transaction gives up after 2.56 s instead of 32 s. */
export const FAST_TIMERS = { t1Ms: 40, t2Ms: 160, t4Ms: 100 }

export interface AgentSetting extends Partial<UserAgentOptions> {
  readonly onInvite?: (call: IncomingCall) => void
}

/** A running user agent on 127.0.0.1 that stops with the test, and the text of all it sent and got. */
export async function startAgent(
  test: Ending,
  setting: AgentSetting = {},
): Promise<{ agent: UserAgent; sent: string[]; received: string[] }> {
  const sent: string[] = []
  const received: string[] = []
  const agent = new UserAgent({
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    bind: { host: '127.0.0.1', port: 0 },
    transports: ['udp', 'tcp'],
    userAgentName: 'Outdial/test',
    timers: FAST_TIMERS,
    onMessage: ({ direction, bytes }) =>
      (direction === 'in' ? received : sent).push(Buffer.from(bytes).toString('latin1')),
    ...setting,
  })
  await agent.start()
  test.after(() => agent.stop())
  return { agent, sent, received }
}

/** The first lines of messages, in order. */
export function firstLines(messages: readonly string[]): string[] {
  return messages.map((message) => message.split('\r\n')[0] ?? '')
}

/** Resolves when `check` holds; rejects after the deadline with its name. */
export async function eventually(
  what: string,
  check: () => boolean,
  deadlineMs = 10_000,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!check()) {
    if (performance.now() > end) throw new Error(`It did not happen in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A port of loopback where nobody listens. */
export async function closedPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}
