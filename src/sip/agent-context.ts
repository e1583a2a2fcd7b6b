import { type Clock, type Logger, type Random, randomHex } from '#base'
import type { DialogSession } from './dialog-session.ts'
import type { Target } from './invite.ts'
import type { Endpoint } from './locate-servers.ts'
import type { SessionTimerSetting } from './session-timer.ts'
import type { SipTimers } from './transactions/timers.ts'
import type { TransactionLayer } from './transactions/transaction-layer.ts'
import type { Address } from './transport/transport.ts'

/** What the calls of one user agent share. */
export interface AgentContext {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly timers: SipTimers
  readonly sessionTimer: SessionTimerSetting
  readonly reliableProgress: boolean
  readonly userAgentName: string
  readonly layer: TransactionLayer
  /** By `dialogKey`. */
  readonly dialogs: Map<string, DialogSession>
  readonly localAddress: (transport: Target['transport']) => Address
  /** What Via and Contact say to a target; over TLS once `reach` has resolved. */
  readonly localAddressTowards: (target: Target) => Address
  /** Opens the connection to a target where there is to be one. Never rejects. */
  readonly reach: (target: Target) => Promise<void>
  /** RFC 3263: see `UserAgent.locate`. */
  readonly locate: (endpoint: Endpoint) => Promise<Target[]>
}

export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return [callId, localTag, remoteTag].join('|')
}

export function newBranch(random: Random): string {
  return `z9hG4bK${randomHex(random, 12)}`
}
