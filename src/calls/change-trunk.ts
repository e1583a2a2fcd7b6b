import type { ClaimedCall } from '#model'
import { setCallStart } from '#store'
import type { CallsContext } from './context.ts'
import { type GivenStart, giveStart, type TrunkChoice } from './give-start.ts'

/**
 * Gives a call that is being dialled a line on another trunk, or keeps it on its own, and a time at which
 * that INVITE may leave: it counts as a start for every limit. Undefined where none has room or time, or
 * the call is not to be dialled any more.
 */
export function changeTrunk(
  context: CallsContext,
  claim: ClaimedCall,
  choice: TrunkChoice,
): Promise<GivenStart | undefined> {
  return giveStart(context, claim, choice, {
    states: ['claimed', 'dialing'],
    // It holds its line already, of everything but the trunk.
    givesUp: 1,
    write: (tx, { trunk, startAt }) =>
      setCallStart(tx, claim, { trunk, startAt: new Date(startAt) }),
  })
}
