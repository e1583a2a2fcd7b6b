/** When the next RTCP packet is due, RFC 3550 section 6.2 and appendix A.7. */

const MIN_INTERVAL_MS = 5000
const SENDER_SHARE = 0.25
/** RTCP has 5 % of the session's bandwidth: G.711 with its headers, 80 kbit/s. */
const RTCP_OCTETS_PER_MS = (80_000 * 0.05) / 8 / 1000
/** Makes up for the timer being short of the mean, e − 3/2. */
const COMPENSATION = Math.E - 1.5

export interface RtcpIntervalInput {
  /** Those who are known to take part, ourselves included. */
  readonly members: number
  readonly senders: number
  readonly weSend: boolean
  /** No RTCP packet was sent yet: half the least interval. */
  readonly isFirst: boolean
  /** With UDP and IP headers. */
  readonly averageBytes: number
  /** Evenly distributed in [0, 1). */
  readonly chance: number
}

/**
 * Milliseconds until the next packet.
 *
 * Departs from section 6.3.3: because a call has two members from its first packet on, no timer is
 * reconsidered.
 */
export function rtcpInterval(input: RtcpIntervalInput): number {
  const { members, senders, weSend, isFirst, averageBytes, chance } = input
  const least = isFirst ? MIN_INTERVAL_MS / 2 : MIN_INTERVAL_MS
  let [share, sharers] = [RTCP_OCTETS_PER_MS, members]
  if (senders > 0 && senders <= members * SENDER_SHARE) {
    share *= weSend ? SENDER_SHARE : 1 - SENDER_SHARE
    sharers = weSend ? senders : members - senders
  }
  const interval = Math.max(least, (averageBytes * sharers) / share)
  return (interval * (chance + 0.5)) / COMPENSATION
}
