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
import { chooseCallerId } from './choose-caller-id.ts'
import type { Dialer, SecondLine } from './dialer.ts'
import { hasFailedForSure } from './fail-over.ts'
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
  readonly connectTimeoutMs: number
  /** For the other party's application (`aai`). */
  readonly userToUser?: string
  /** What is heard before the answer comes by this stream, which may be called more than once. */
  readonly onEarlyMedia?: (media: MediaStream) => void
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
 * restart can end it. Where a trunk fails for sure, the next one is tried. `signal` cancels. What was not
 * answered is closed already.
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
  call: SecondCall,
  media: MediaStream,
  signal: AbortSignal,
): Promise<SecondLeg | TransferEnd> {
  const { attempt, line } = call
  for (;;) {
    const begun = await begin(dialer, call, media)
    if ('result' in begun) return begun
    if (!(await line.turn())) return { result: 'no-resource', durationMs: 0 }
    if (signal.aborted) return { result: 'unknown', durationMs: 0 }
    const { outcome, hadProgress } = await invite(dialer, call, { ...begun, media }, signal)
    if (outcome.kind === 'answered') return connect(dialer, { attempt, media, ...begun }, outcome)
    const { trunk } = begun
    if (outcome.kind === 'unreachable' || outcome.kind === 'no-response') dialer.doubtTrunk(trunk)
    const mayGoOn = hasFailedForSure(trunk, outcome, hadProgress) && !signal.aborted
    if (mayGoOn && (await moveOn(dialer, line))) continue
    return { ...unansweredResult(outcome), durationMs: 0 }
  }
}

interface Begun {
  readonly trunk: Trunk
  readonly identity: InviteIdentity
  readonly localMedia: LocalMedia
  readonly offer: string
  readonly callerId: string | undefined
}

/** What is to be sent by the line's trunk, stored. */
async function begin(
  dialer: Dialer,
  { attempt, trace, line, number }: SecondCall,
  media: MediaStream,
): Promise<Begun | TransferEnd> {
  const { trunk } = line
  const localMedia = localMediaFor(dialer, trunk, media)
  const callerId = chooseCallerId(attempt.claim, trunk)
  try {
    const identity = await identifyInvite(dialer, trunk, number, callerId)
    await trace.write('second-leg', noteSecondLeg(dialer.calls, attempt, { invite: identity }))
    trace.follow(identity.callId)
    dialer.traces.listenTo(trace, media)
    return { trunk, identity, localMedia, offer: createOffer(localMedia), callerId }
  } catch (error) {
    const isNoRoute = error instanceof OutdialError && error.code === 'sip-name-unresolved'
    dialer.log.warn('second leg not begun', { error: errorMessage(error) })
    return { result: isNoRoute ? 'no-route' : 'no-resource', durationMs: 0 }
  }
}

async function invite(
  dialer: Dialer,
  { number, connectTimeoutMs, onEarlyMedia, userToUser = '' }: SecondCall,
  { trunk, identity, offer, callerId, media }: Begun & { readonly media: MediaStream },
  signal: AbortSignal,
): Promise<{ outcome: InviteOutcome; hadProgress: boolean }> {
  let hadProgress = false
  const outgoing = dialer.userAgent.invite(identity, {
    body: Buffer.from(offer),
    contentType: 'application/sdp',
    ringTimeoutMs: connectTimeoutMs,
    userToUser,
    ...inviteExtensions(trunk),
    ...signCaller(dialer, trunk, number, callerId),
    onProgress: ({ body }) => {
      hadProgress = true
      if (onEarlyMedia && body && hearEarly(dialer, media, body, offer)) onEarlyMedia(media)
    },
  })
  const cancel = (): void => outgoing.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  const outcome = await outgoing.outcome
  signal.removeEventListener('abort', cancel)
  return { outcome, hadProgress }
}

/** False where the description says nothing that can be heard; the answer may. */
function hearEarly(
  dialer: Dialer,
  media: MediaStream,
  description: Uint8Array,
  offer: string,
): boolean {
  try {
    media.connect(parseAnswer(description, offer))
    return true
  } catch (error) {
    dialer.log.debug('early media not heard', { error: errorMessage(error) })
    return false
  }
}

async function moveOn(dialer: Dialer, line: SecondLine): Promise<boolean> {
  return line.moveOn().catch((error: unknown) => {
    dialer.log.warn('no other trunk for the second leg', { error: errorMessage(error) })
    return false
  })
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
