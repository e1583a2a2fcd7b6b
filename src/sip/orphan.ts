/** Ends what an earlier process left: best effort, from nothing but the stored identity or state. */
import type { Timer } from '#base'
import type { AgentContext } from './agent-context.ts'
import { DialogSession } from './dialog-session.ts'
import { type DialogState, dialogOfResponse } from './dialog-state.ts'
import { tagOf } from './headers/name-address.ts'
import type { Credentials, InviteIdentity } from './invite.ts'
import { countRounds, roundOf } from './invite-identity.ts'
import { EMPTY_BODY, type SipResponse } from './message.ts'
import { createCancel, createInvite } from './request.ts'

/**
 * CANCEL for every round that the earlier process may have come to. While the answers are awaited the
 * INVITE's own responses are listened to: a 487 gets its ACK, a late 2xx its ACK and BYE. Resolves when
 * the call is known to be over, 64*T1 at the latest.
 */
export async function endOrphanedInvite(
  context: AgentContext,
  identity: InviteIdentity,
): Promise<void> {
  const rounds = Array.from({ length: countRounds(identity) }, (_, round) =>
    endRound(context, identity, round),
  )
  await new Promise<void>((resolve) => {
    // A round that ends now was the last one made, for each began when the one before was refused.
    for (const each of rounds) void each.then((how) => how === 'ended' && resolve())
    void Promise.all(rounds).then(() => resolve())
  })
}

/** BYE. Any answer will do, 481 and silence too. */
export async function endOrphanedDialog(
  context: AgentContext,
  state: DialogState,
  credentials?: Credentials,
): Promise<void> {
  await new DialogSession(context, state, { credentials, caller: true }).bye()
}

function endRound(
  context: AgentContext,
  identity: InviteIdentity,
  round: number,
): Promise<'ended' | 'unknown'> {
  const { userAgentName, layer, clock, timers } = context
  const parts = { userAgentName, body: EMPTY_BODY, contentType: '', round, authorization: [] }
  const invite = createInvite(identity, parts)
  const { target } = roundOf(identity, round)
  const answered = new Map<string, DialogSession>()
  return new Promise((resolve) => {
    let grace: Timer | undefined
    const over = (how: 'ended' | 'unknown'): void => {
      grace?.cancel()
      resolve(how)
    }
    const unknown = (): void => over('unknown')
    const hangUp = (response: SipResponse): void => {
      const tag = tagOf(response.headers.get('To') ?? '', 'To')
      const known = answered.get(tag)
      if (known !== undefined) return known.acknowledge(invite, response)
      const state = dialogOfResponse(invite, response, target, identity.localAddress)
      const dialog = new DialogSession(context, state, { caller: true })
      answered.set(tag, dialog)
      dialog.acknowledge(invite, response)
      void dialog.bye().then(() => over('ended'))
    }
    const onResponse = (response: SipResponse): void => {
      if (response.status >= 300) over('ended')
      else if (response.status >= 200) hangUp(response)
    }
    layer.request(invite, target, { onResponse, onFailure: unknown }, { adopted: true })
    layer.request(createCancel(invite), target, {
      onResponse: ({ status }) => {
        // 481: nothing rings there. 2xx: its 487 may go to the address of the process that is gone. A 2xx
        // to the INVITE that waits for its ACK will be repeated within T2.
        if (status >= 200) grace ??= clock.setTimer(timers.t2Ms + timers.t1Ms, unknown)
      },
      onFailure: unknown,
    })
  })
}
