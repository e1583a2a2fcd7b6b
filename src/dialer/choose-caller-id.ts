import { type ClaimedCall, shownNumber, type Trunk } from '#model'

/**
 * The number shown to the callee: the call's own `ani` where it has one, else the trunk's. An `ani`
 * that is not ten digits was declined when queued unless the trunk says `default`. In the trunk's form.
 */
export function chooseCallerId(claim: ClaimedCall, trunk: Trunk): string | undefined {
  const own = claim.callerId
  const chosen = own !== undefined && /^\d{10}$/.test(own) ? own : trunk.callerId
  return chosen === undefined ? undefined : shownNumber(chosen, trunk)
}
