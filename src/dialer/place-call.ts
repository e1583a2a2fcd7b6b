import type { ProgressTone } from '#audio'
import { errorMessage, failPoint, OutdialError, sleep, traceStop } from '#base'
import { type Attempt, noteAnswered, noteRinging } from '#calls'
import { type AttemptEnding, sipStatusOutcome, type Trunk, toneOutcome } from '#model'
import { type MediaStream, type NegotiatedMedia, parseAnswer } from '#rtp'
import { type Dialog, type InviteOptions, type InviteOutcome, parseReasons } from '#sip'
import type { FirstDocument } from '#vxml'
import type { StopReason } from './attempt-stop.ts'
import type { CallTape } from './call-tape.ts'
import type { Dialer } from './dialer.ts'
import { EarlyMedia } from './early-media.ts'
import { failOver, hasFailedForSure } from './fail-over.ts'
import type { PreparedCall } from './prepare-call.ts'
import { fetchStartDocument } from './start-document.ts'
import type { AttemptTracer } from './trace/attempt-tracer.ts'

/** The pause before what could not be stored is tried again. */
const STORE_AGAIN_MS = 500

/** A call that was answered: its dialog, what its media agreed on, and the start document. */
export interface AnsweredCall {
  readonly kind: 'answered'
  /** On the trunk that carries it. */
  readonly prepared: PreparedCall
  readonly dialog: Dialog
  readonly negotiated: NegotiatedMedia
  /** On the monotonic clock, milliseconds. */
  readonly answeredAtMs: number
  readonly firstDocument: Promise<FirstDocument | undefined>
  /** What the callee's application told with the answer. */
  readonly aai?: string
  /** Of what was heard before the answer, to be gone on with. */
  readonly tape?: CallTape
}

export interface UnansweredCall {
  readonly kind: 'ended'
  readonly ending: AttemptEnding
}

/**
 * Sends the INVITE of a prepared call and waits for its final answer; the start document is fetched
 * while the phone rings. Where a trunk fails for sure, the next one is tried. `signal` cancels it; no
 * INVITE leaves where it has aborted before.
 */
export async function placeCall(
  dialer: Dialer,
  prepared: PreparedCall,
  signal: AbortSignal,
): Promise<AnsweredCall | UnansweredCall> {
  const { attempt, offer, media } = prepared
  traceStop('dialer/place-call', attempt.claim.callId)
  if (signal.aborted) return { kind: 'ended', ending: stopped(signal.reason) }
  const reaching = reachSomebody(dialer, prepared, signal)
  const firstDocument = fetchStartDocument(dialer, attempt.claim)
  const { outcome, prepared: last, early } = await reaching
  if (outcome.kind !== 'answered') {
    await early.unanswered()
    if (outcome.kind === 'canceled') return { kind: 'ended', ending: stopped(signal.reason) }
    return { kind: 'ended', ending: unanswered(dialer, outcome, early.tone) }
  }

  const { dialog } = outcome
  const answeredAtMs = dialer.clock.monotonic()
  const negotiated = connectMedia(outcome.body, offer, media, early)
  void answered(dialer, prepared, dialog)
  if (negotiated instanceof Error) {
    await dialog.bye()
    await early.unanswered()
    return { kind: 'ended', ending: unusableAnswer(negotiated) }
  }
  const tape = early.answered()
  const { userToUser: aai } = outcome
  return {
    ...{ kind: 'answered', prepared: last, dialog, negotiated, answeredAtMs, firstDocument },
    ...(aai === undefined ? {} : { aai }),
    ...(tape === undefined ? {} : { tape }),
  }
}

/** One trunk after the other, as long as it is certain that nobody was called. */
async function reachSomebody(
  dialer: Dialer,
  first: PreparedCall,
  signal: AbortSignal,
): Promise<{ outcome: InviteOutcome; prepared: PreparedCall; early: EarlyMedia }> {
  for (let prepared = first; ; ) {
    const early = new EarlyMedia(dialer, prepared)
    const { outcome, hadProgress } = await sendInvite(dialer, prepared, early, signal)
    if (outcome.kind === 'unreachable' || outcome.kind === 'no-response') {
      dialer.doubtTrunk(prepared.trunk)
    }
    const restSeconds = restAskedFor(outcome)
    if (restSeconds > 0) dialer.restTrunk(prepared.trunk, restSeconds)
    if (signal.aborted || !hasFailedForSure(prepared.trunk, outcome, hadProgress)) {
      return { outcome, prepared, early }
    }
    const { cause } = unanswered(dialer, outcome)
    const next = await failOver(dialer, prepared, cause)
    if (next === undefined) return { outcome, prepared, early }
    if (signal.aborted) return { outcome: { kind: 'canceled' }, prepared: next, early }
    prepared = next
  }
}

/** Of a 503 with Retry-After: 0 where there is none. */
function restAskedFor(outcome: InviteOutcome): number {
  if (outcome.kind !== 'refused' || outcome.status !== 503) return 0
  return Number(/^\d{1,9}/.exec(outcome.headers['retry-after'] ?? '')?.[0] ?? 0)
}

async function sendInvite(
  dialer: Dialer,
  { attempt, trunk, identity, offer, signed, trace }: PreparedCall,
  early: EarlyMedia,
  signal: AbortSignal,
): Promise<{ outcome: InviteOutcome; hadProgress: boolean }> {
  let hadProgress = false
  const outgoing = dialer.userAgent.invite(identity, {
    body: Buffer.from(offer),
    contentType: 'application/sdp',
    ringTimeoutMs: dialer.settings.ringTimeoutMs,
    ...inviteExtensions(trunk),
    ...signed,
    onSent: () => failPoint('d-invite-sent'),
    onProgress: ({ status, body }) => {
      hadProgress = true
      if (body !== undefined) early.hear(body)
      if (status >= 180) void ringing(dialer, attempt, trace)
    },
  })
  const cancel = (): void => outgoing.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  const outcome = await outgoing.outcome
  signal.removeEventListener('abort', cancel)
  return { outcome, hadProgress }
}

/** Which extensions of SIP an INVITE to this trunk has. */
export function inviteExtensions({
  sessionSeconds,
  reliableProgress,
}: Trunk): Pick<InviteOptions, 'sessionSeconds' | 'reliableProgress'> {
  return {
    ...(sessionSeconds === undefined ? {} : { sessionSeconds }),
    ...(reliableProgress === undefined ? {} : { reliableProgress }),
  }
}

/** Connects the media at once: the callee's first word must not wait for the store. */
function connectMedia(
  answer: Uint8Array,
  offer: string,
  media: MediaStream,
  early: EarlyMedia,
): NegotiatedMedia | Error {
  try {
    const negotiated = parseAnswer(answer, offer)
    media.connect({ ...negotiated, otherForks: early.otherForks(negotiated) })
    return negotiated
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function ringing(dialer: Dialer, attempt: Attempt, trace: AttemptTracer): Promise<void> {
  await isStored(dialer, attempt, trace.write('ringing', noteRinging(dialer.calls, attempt)))
  failPoint('e-ringing')
}

/**
 * Tried as long as they talk: after a crash, only what is on disk says that the person was reached and
 * must not be called again.
 */
async function answered(
  dialer: Dialer,
  { attempt, trace }: PreparedCall,
  dialog: Dialog,
): Promise<void> {
  const over = new AbortController()
  void dialog.ended.then(() => over.abort())
  const store = (): Promise<void> => noteAnswered(dialer.calls, attempt, dialog.state)
  while (!(await isStored(dialer, attempt, trace.write('answered', store())))) {
    await sleep(dialer.clock, STORE_AGAIN_MS, over.signal)
    if (over.signal.aborted) return
  }
  failPoint('f-answered')
}

/**
 * A call in progress goes on when its progress cannot be stored; its ending is kept until it can.
 * True as well where it never will be, because the attempt is no longer ours to write.
 */
async function isStored(
  dialer: Dialer,
  attempt: Attempt,
  write: Promise<unknown>,
): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    const { callId } = attempt.claim
    dialer.log.warn('call progress not stored', { callId, error: errorMessage(error) })
    return !(error instanceof OutdialError && error.temporary)
  }
}

const NOBODY = { calleeType: '', durationSeconds: 0 } as const

/** Ended from outside before anybody answered: as asked, or because the server stops. */
function stopped(reason: StopReason): AttemptEnding {
  return reason === 'canceled'
    ? { ...NOBODY, outcome: 'canceled', cause: 'canceled on request' }
    : { ...NOBODY, outcome: 'no-answer', cause: 'the server stopped while it rang' }
}

function unanswered(
  dialer: Dialer,
  outcome: Exclude<InviteOutcome, { kind: 'answered' | 'canceled' }>,
  tone?: ProgressTone,
): AttemptEnding {
  switch (outcome.kind) {
    case 'refused':
      return {
        ...NOBODY,
        outcome: sipStatusOutcome(outcome.status, networkCause(outcome.headers), tone),
        cause: `${`${outcome.status} ${outcome.reason}`.trim()}${afterTone(tone)}`,
        sipStatus: outcome.status,
      }
    case 'ring-timeout': {
      const seconds = Math.round(dialer.settings.ringTimeoutMs / 1000)
      const cause = `not answered within ${seconds} s${afterTone(tone)}`
      return { ...NOBODY, outcome: toneOutcome(tone) ?? 'no-answer', cause }
    }
    case 'no-response':
      return {
        ...NOBODY,
        outcome: 'no-answer',
        cause: `no answer from the trunk: ${outcome.reason}`,
      }
    case 'unreachable':
      return { ...NOBODY, outcome: 'trunk-failure', cause: outcome.reason }
  }
}

/** What the network let us hear, for people. */
function afterTone(tone: ProgressTone | undefined): string {
  if (tone === undefined || tone === 'ringing') return ''
  const isPlain = tone === 'busy' || tone === 'congestion'
  return isPlain ? `, after a ${tone} tone` : `, after information tones (${tone})`
}

/** Of Q.850, where a gateway passes it on. */
function networkCause({ reason }: Readonly<Record<string, string>>): number | undefined {
  return parseReasons(reason ?? '').find(({ protocol }) => protocol.toUpperCase() === 'Q.850')
    ?.cause
}

/** The callee did pick up, so it counts as answered and is not tried again. */
function unusableAnswer(error: Error): AttemptEnding {
  return {
    outcome: 'answered',
    cause: `no media: ${error.message}`,
    sipStatus: 200,
    hangupBy: 'system',
    calleeType: 'unknown',
    durationSeconds: 0,
  }
}
