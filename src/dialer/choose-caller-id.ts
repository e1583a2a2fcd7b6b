import type { ClaimedCall, Trunk } from '#model'

/**
 * The number shown to the callee: the call's own `ani` where it has one, else the trunk's. An `ani`
 * that is not ten digits was declined when queued unless the trunk says `default`. As it was given:
 * `shownNumber` puts it into the trunk's form.
 */
export function chooseCallerId(claim: ClaimedCall, trunk: Trunk): string | undefined {
  const own = claim.callerId
  return own !== undefined && /^\d{10}$/.test(own) ? own : trunk.callerId
}
