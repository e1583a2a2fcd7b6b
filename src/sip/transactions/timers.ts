/** RFC 3261 §17.1.1.1 and table 4: the three estimates that all timers come from. */
export interface SipTimers {
  /** Round-trip time estimate. */
  readonly t1Ms: number
  /** Longest interval between retransmissions of what is not an INVITE. */
  readonly t2Ms: number
  /** Longest time a message stays in the network. */
  readonly t4Ms: number
}

export const DEFAULT_TIMERS: SipTimers = { t1Ms: 500, t2Ms: 4_000, t4Ms: 5_000 }
