import type { TestContext } from 'node:test'
import type { InviteOptions, InviteOutcome, OutgoingCall } from '#sip'
import { type AgentSetting, startAgent } from './sip-agents.ts'
import { SippCallee, step } from './sipp.ts'

export interface Placed {
  readonly callee: SippCallee
  readonly outcome: InviteOutcome
  readonly statuses: number[]
  readonly sent: string[]
  readonly received: string[]
}

export interface PlaceOptions
  extends Partial<Pick<InviteOptions, 'credentials' | 'reliableProgress' | 'onEarlyOffer'>> {
  /** At each provisional answer. */
  readonly onCall?: (call: OutgoingCall, status: number) => void
}

export const OFFER = Buffer.from(
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n' +
    'm=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n',
)

export async function place(
  test: TestContext,
  scenario: readonly string[] | string,
  setting: AgentSetting = {},
  { onCall, ...options }: PlaceOptions = {},
): Promise<Placed> {
  const callee = await SippCallee.start(scenario)
  test.after(() => callee.stop())
  const minimum = { sessionTimer: { seconds: 1800, minSeconds: 1 } }
  const { agent, sent, received } = await startAgent(test, { timers: {}, ...minimum, ...setting })
  const { host, port = 0, transport = 'udp' } = callee.trunk()
  const trunk = { host, port, transport }
  const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
  const statuses: number[] = []
  const call = agent.invite(identity, {
    body: OFFER,
    contentType: 'application/sdp',
    ringTimeoutMs: 20_000,
    onProgress: ({ status }) => {
      statuses.push(status)
      onCall?.(call, status)
    },
    ...options,
  })
  return { callee, outcome: await call.outcome, statuses, sent, received }
}

/** 200 with media and these headers besides. */
export function answerWith(headers: readonly string[]): string {
  const more = headers.map((header) => `${header}\n`).join('')
  return step.replyWithMedia('200 OK').replace('Content-Type:', `${more}Content-Type:`)
}

/** The scenario fails where the header of the request is another. */
export function lookFor(header: string, pattern: string): string {
  const where = `search_in="hdr" header="${header}:" check_it="true" assign_to="seen"`
  return `<action><ereg regexp="${pattern}" ${where}/><log message="[$seen]"/></action>`
}

export function countOf(callee: SippCallee, begin: string): number {
  return callee.notes().split(`\n${begin}`).length - 1
}
