import { errorMessage, failPoint, OutdialError } from '#base'
import { type Attempt, noteSecondLeg } from '#calls'
import { sipStatusOutcome, type Trunk } from '#model'
import {
  createOffer,
  type LocalMedia,
  type MediaStream,
  type NegotiatedMedia,
  parseAnswer,
} from '#rtp'
import type { Dialog, InviteIdentity, InviteOutcome } from '#sip'
import type { TransferEnd } from '#vxml'
import { answerReinvites } from './answer-reinvite.ts'
import type { Dialer, SecondLine } from './dialer.ts'
import { localMediaFor } from './local-media.ts'
import { inviteExtensions } from './place-call.ts'
import { identifyInvite, signCaller } from './prepare-call.ts'
import type { AttemptTracer } from './trace/attempt-tracer.ts'

/** Whom to call beside a connected call, and how. */
export interface SecondCall {
  readonly attempt: Attempt
  readonly trace: AttemptTracer
  readonly line: SecondLine
  /** E.164, or a user part. */
  readonly number: string
  readonly callerId: string | undefined
  readonly connectTimeoutMs: number
}

/** The second leg, answered. Whoever has it ends both dialog and media. */
export interface SecondLeg {
  readonly kind: 'answered'
  readonly trunk: Trunk
  readonly dialog: Dialog
  readonly media: MediaStream
  readonly negotiated: NegotiatedMedia
}

/**
 * Calls somebody beside a connected call: the intent is stored first, as for the first leg, so that a
 * restart can end it. `signal` cancels. What was not answered is closed already.
 */
export async function placeSecondLeg(
  dialer: Dialer,
  call: SecondCall,
  signal: AbortSignal,
): Promise<SecondLeg | TransferEnd> {
  const media = await dialer.media.openStream().catch(() => undefined)
  if (media === undefined) return { result: 'no-resource', durationMs: 0 }
  let answered = false
  try {
    const leg = await callOut(dialer, call, media, signal)
    answered = 'kind' in leg
    return leg
  } finally {
    if (!answered) await media.close()
  }
}

async function callOut(
  dialer: Dialer,
  { attempt, trace, line, ...call }: SecondCall,
  media: MediaStream,
  signal: AbortSignal,
): Promise<SecondLeg | TransferEnd> {
  const { trunk } = line
  const localMedia = localMediaFor(dialer, trunk, media)
  const offer = createOffer(localMedia)
  let identity: InviteIdentity
  try {
    identity = await identifyInvite(dialer, trunk, call.number, call.callerId)
    await trace.write('second-leg', noteSecondLeg(dialer.calls, attempt, { invite: identity }))
    trace.follow(identity.callId)
    dialer.traces.listenTo(trace, media)
  } catch (error) {
    const isNoRoute = error instanceof OutdialError && error.code === 'sip-name-unresolved'
    dialer.log.warn('second leg not begun', { error: errorMessage(error) })
    return { result: isNoRoute ? 'no-route' : 'no-resource', durationMs: 0 }
  }
  if (!(await line.turn())) return { result: 'no-resource', durationMs: 0 }
  if (signal.aborted) return { result: 'unknown', durationMs: 0 }
  const outgoing = dialer.userAgent.invite(identity, {
    body: Buffer.from(offer),
    contentType: 'application/sdp',
    ringTimeoutMs: call.connectTimeoutMs,
    ...inviteExtensions(trunk),
    ...signCaller(dialer, trunk, call.number, call.callerId),
  })
  const cancel = (): void => outgoing.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  const outcome = await outgoing.outcome
  signal.removeEventListener('abort', cancel)
  if (outcome.kind !== 'answered') return { ...unansweredResult(outcome), durationMs: 0 }
  return connect(dialer, { attempt, media, localMedia, trunk, offer, identity }, outcome)
}

interface Offered {
  readonly attempt: Attempt
  readonly trunk: Trunk
  readonly identity: InviteIdentity
  readonly media: MediaStream
  readonly localMedia: LocalMedia
  readonly offer: string
}

async function connect(
  dialer: Dialer,
  { attempt, trunk, identity, media, localMedia, offer }: Offered,
  { body, dialog }: Extract<InviteOutcome, { kind: 'answered' }>,
): Promise<SecondLeg | TransferEnd> {
  try {
    const negotiated = parseAnswer(body, offer)
    media.connect(negotiated)
    answerReinvites(dialer, { attempt, media, localMedia }, { dialog, negotiated })
    void noteSecondLeg(dialer.calls, attempt, { invite: identity, dialog: dialog.state }).then(
      () => failPoint('f-second-answered'),
      (error: unknown) => dialer.log.warn('second leg not stored', { error: errorMessage(error) }),
    )
    return { kind: 'answered', trunk, dialog, media, negotiated }
  } catch (error) {
    dialer.log.warn('second leg has no media', { error: errorMessage(error) })
    await dialog.bye()
    return { result: 'protocol-error', status: 488, durationMs: 0 }
  }
}

/** VoiceXML 2.0 tables 24 and 25. */
export function unansweredResult(
  outcome: Exclude<InviteOutcome, { kind: 'answered' }>,
): Pick<TransferEnd, 'result' | 'status'> {
  switch (outcome.kind) {
    case 'refused':
      return refusedResult(outcome.status)
    case 'ring-timeout':
    case 'no-response':
      return { result: 'noanswer' }
    case 'unreachable':
      return { result: 'no-route' }
    case 'canceled':
      return { result: 'unknown' }
  }
}

export function refusedResult(status: number): Pick<TransferEnd, 'result' | 'status'> {
  switch (sipStatusOutcome(status)) {
    case 'busy':
      return { result: 'busy' }
    case 'no-answer':
      return { result: 'noanswer' }
    case 'congestion':
      return { result: 'network_busy' }
    case 'invalid-number':
      return { result: 'bad-destination' }
    case 'declined':
      return status === 403 ? { result: 'not-authorized' } : { result: 'busy' }
    default:
      return { result: 'protocol-error', status }
  }
}
