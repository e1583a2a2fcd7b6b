import { errorMessage } from '#base'
import { createAnswer, createOffer } from '#rtp'
import type { ReinviteAnswer, SessionBody } from '#sip'
import type { Dialer } from './dialer.ts'
import type { AnsweredCall } from './place-call.ts'
import type { PreparedCall } from './prepare-call.ts'

const NOT_ACCEPTABLE_HERE = 488

/**
 * Follows the far end's changes of a call in progress (RFC 3264 section 8): hold and resume, another
 * address. The same session is described again, one version on, with the codec that prompts are
 * encoded in. An INVITE without an
 * offer gets ours; its answer would come in the ACK and changes nothing here.
 */
export function answerReinvites(
  dialer: Dialer,
  { attempt, media, localMedia }: Pick<PreparedCall, 'attempt' | 'media' | 'localMedia'>,
  { dialog, negotiated }: Pick<AnsweredCall, 'dialog' | 'negotiated'>,
): void {
  let sessionVersion = 1
  dialog.onReinvite = ({ body }: SessionBody): ReinviteAnswer => {
    const local = { ...localMedia, codecs: [negotiated.encoding], sessionVersion: ++sessionVersion }
    try {
      if (body.length === 0) return sdpBody(createOffer(local))
      const answer = createAnswer(body, local)
      media.connect(answer)
      return sdpBody(answer.sdp)
    } catch (error) {
      const callId = attempt.claim.callId
      dialer.log.warn('re-INVITE refused', { callId, error: errorMessage(error) })
      return { status: NOT_ACCEPTABLE_HERE }
    }
  }
}

function sdpBody(sdp: string): SessionBody {
  return { body: Buffer.from(sdp), contentType: 'application/sdp' }
}
