import { type OutdialError, randomUint32 } from '#base'
import {
  createAnswer,
  type LocalMedia,
  type MediaStream,
  type NegotiatedMedia,
  srtpKeys,
} from '#rtp'
import type { ReinviteAnswer, SessionBody } from '#sip'
import type { Network } from './network.ts'

export const SDP = 'application/sdp'

/** The media of one call: an open stream, connected to the caller. */
export interface Line {
  readonly stream: MediaStream
  readonly agreed: NegotiatedMedia
  readonly answer: Uint8Array
  readonly local: LocalMedia
}

/** Rejects with the `sdp-…` codes of `createAnswer` where the offer cannot be met. */
export async function openLine(network: Network, offer: Uint8Array): Promise<Line> {
  const stream = await network.media.openStream()
  try {
    const sessionId = randomUint32(network.random)
    const srtp = srtpKeys('sdes', network.random)
    const local: LocalMedia = {
      address: stream.address,
      codecs: ['PCMU', 'PCMA', 'G722', 'OPUS'],
      sessionId,
      srtp,
      allowsClear: true,
    }
    const { sdp, ...agreed } = createAnswer(offer, local)
    stream.connect(agreed)
    return { stream, agreed, answer: Buffer.from(sdp), local }
  } catch (thrown) {
    await stream.close()
    throw thrown
  }
}

/** Follows a new offer of the caller; 488 where it cannot be met. Without an offer: the answer as it was. */
export function answerReinvite(line: Line, offer: SessionBody, version: number): ReinviteAnswer {
  if (offer.body.length === 0) return { body: line.answer, contentType: SDP }
  try {
    const { sdp, ...agreed } = createAnswer(offer.body, {
      ...line.local,
      sessionVersion: version,
    })
    line.stream.connect(agreed)
    return { body: Buffer.from(sdp), contentType: SDP }
  } catch {
    return { status: 488 }
  }
}

/** The SIP status for an offer that cannot be met, or for media that cannot be had. */
export function refusalStatus(error: OutdialError): number {
  return error.code.startsWith('sdp-') ? 488 : 503
}
