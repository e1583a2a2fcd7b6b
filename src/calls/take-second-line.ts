import type { ClaimedCall } from '#model'
import { setSecondTrunk } from '#store'
import type { CallsContext } from './context.ts'
import { type GivenStart, giveStart, type TrunkChoice } from './give-start.ts'

/**
 * Gives a connected call a line beside its own, for the call that its callee is to be connected with, and a
 * time at which that INVITE may leave. Both count for every limit, until `endSecondLeg`. Undefined where
 * no trunk has room or time, or the call is to be ended.
 */
export function takeSecondLine(
  context: CallsContext,
  claim: ClaimedCall,
  choice: TrunkChoice,
): Promise<GivenStart | undefined> {
  return giveStart(context, claim, choice, {
    // What is answered is not always stored at once.
    states: ['dialing', 'answered'],
    givesUp: 0,
    write: (tx, { trunk }) => setSecondTrunk(tx, claim, trunk),
  })
}
