import { errorMessage, failPoint, sleep } from '#base'
import { type Attempt, noteCalleeType } from '#calls'
import type { AttemptEnding, HangupBy } from '#model'
import type { Dialog } from '#sip'
import type { SessionEnd, SessionVariables } from '#vxml'
import { answerReinvites } from './answer-reinvite.ts'
import { CallRecordings } from './call-recordings.ts'
import { CallTape } from './call-tape.ts'
import { CalleeWatch } from './callee-watch.ts'
import type { Dialer } from './dialer.ts'
import type { AnsweredCall } from './place-call.ts'
import type { PreparedCall } from './prepare-call.ts'
import { sendKeys } from './send-keys.ts'
import type { HostedSession } from './session-host.ts'
import { startFields, startMethod } from './start-document.ts'
import { vxmlPlatform } from './vxml-platform.ts'

/**
 * Runs the dialogue of an answered call until it ends or somebody hangs up, and hangs up. The
 * outcome is `answered`, or `app-error` where the dialogue failed: the person was reached either way.
 * `signal` hangs up; its reason is a `StopReason`.
 */
export async function holdDialogue(
  dialer: Dialer,
  call: AnsweredCall,
  signal: AbortSignal,
): Promise<AttemptEnding> {
  const { attempt, media } = call.prepared
  const tape = call.tape ?? new CallTape(dialer, attempt, media)
  if (dialer.settings.recordsCalls) tape.switch(true)
  const { callId } = attempt.claim
  const recordings = new CallRecordings(callId, dialer.recordings.folder, dialer.random)
  try {
    return await converse(dialer, call, signal, { tape, recordings })
  } finally {
    await Promise.all([tape.finish(), recordings.close()])
  }
}

async function converse(
  dialer: Dialer,
  { prepared, dialog, negotiated, answeredAtMs, ...call }: AnsweredCall,
  signal: AbortSignal,
  { tape, recordings }: { readonly tape: CallTape; readonly recordings: CallRecordings },
): Promise<AttemptEnding> {
  const { attempt, trunk, media, identity, callerId, trace } = prepared
  const { claim } = attempt
  answerReinvites(dialer, prepared, { dialog, negotiated })
  let endedAtMs = 0
  let hungUpBy: HangupBy | undefined
  const noteHangUp = (by: HangupBy): void => {
    hungUpBy ??= by
    endedAtMs ||= dialer.clock.monotonic()
  }
  const hangUp = async (by: HangupBy): Promise<void> => {
    noteHangUp(by)
    await dialog.bye()
    failPoint('g-bye-sent')
  }
  const stop = (): void => void hangUp('system')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const callee = await reachCallee(dialer, prepared, dialog)

  // Who presses a key before the dialogue is there has pressed it all the same.
  const keysAhead: string[] = []
  let takeKey = (key: string): void => void keysAhead.push(key)
  media.onDigitStart = (key) => takeKey(key)
  dialog.onDigit = ({ digit }) => takeKey(digit)
  const transfers: Promise<unknown>[] = []
  const firstDocument = await call.firstDocument
  const session = dialer.sessions.run(
    {
      accountId: claim.accountId,
      startUri: claim.startUrl,
      startMethod: startMethod(claim),
      startFields: startFields(claim),
      variables: sessionVariables(attempt, identity.from, callerId, callee.type, call.aai),
      ...(firstDocument === undefined ? {} : { firstDocument }),
    },
    vxmlPlatform(dialer, {
      callId: claim.callId,
      ...{ attempt, trunk, dialog, media, recordings, trace },
      onRecordCall: (on) => tape.switch(on),
      onTransfer: (ended) => transfers.push(ended),
      codec: negotiated.codec,
      promptCodec: negotiated.encoding === 'OPUS' ? 'OPUS' : negotiated.codec,
      hangUp: () => hangUp('app'),
    }),
    dialer.traces.mode === 'off' ? undefined : trace.seeSteps,
  )
  callee.tell((event) => session.receive(event))
  takeKey = (key) => session.receive({ kind: 'key', key })
  for (const key of keysAhead) takeKey(key)
  void dialog.ended.then(({ by }) => {
    noteHangUp(by === 'remote' ? 'callee' : 'app')
    session.receive({ kind: 'hangup' })
  })

  const end = await sessionEnd(dialer, dialog, session)
  signal.removeEventListener('abort', stop)
  trace.noteStep('end', end.fault === undefined ? end.reason : `${end.reason}, ${end.fault.event}`)
  await hangUp(end.reason === 'error' || end.reason === 'limit' ? 'system' : 'app')
  await Promise.all(transfers)
  const known = { hangupBy: hungUpBy ?? 'system', calleeType: callee.typeAtEnd }
  const ending = endingOf(end, known, endedAtMs - answeredAtMs)
  const isCanceled = signal.reason === 'canceled' && hungUpBy === 'system'
  return isCanceled ? { ...ending, cause: 'hung up on request' } : ending
}

/** An extension is dialled first: of whom it reaches is the callee's type. */
async function reachCallee(
  dialer: Dialer,
  { attempt, trunk, media, trace }: PreparedCall,
  dialog: Dialog,
): Promise<CalleeWatch> {
  const { callId, postDial, detectsCalleeType } = attempt.claim
  if (postDial !== undefined) await sendKeys(dialer, { callId, trunk, dialog, media }, postDial)
  const log = dialer.log.child({ callId })
  const callee = new CalleeWatch(media, log, trace, (type) => {
    // The call does not wait for it, and its result tells it again.
    noteCalleeType(dialer.calls, attempt, type).catch((error: unknown) =>
      log.warn('a callee type was not told', { error: errorMessage(error) }),
    )
  })
  if (detectsCalleeType) callee.begin()
  return callee
}

/** The dialogue's end; after a hang-up it has only so long for its final processing. */
async function sessionEnd(
  dialer: Dialer,
  dialog: Dialog,
  session: HostedSession,
): Promise<SessionEnd> {
  const over = new AbortController()
  const limit = dialog.ended
    .then(() => sleep(dialer.clock, dialer.settings.finalProcessingMs, over.signal))
    .then((): SessionEnd => ({ reason: 'hangup' }))
  const end = await Promise.race([session.ended, limit])
  over.abort()
  return end
}

function sessionVariables(
  { claim, number }: Attempt,
  localUri: string,
  ani: string,
  calleeType: string,
  aai: string | undefined,
): SessionVariables {
  return {
    sessionId: `${claim.callId}-${number}`,
    callId: claim.callId,
    remoteUri: `tel:${claim.destination}`,
    localUri,
    ani,
    dnis: claim.destination,
    messageReference: claim.messageReference,
    callParameters: claim.callParameters,
    campaignParameters: claim.campaignParameters,
    calleeType,
    ...(aai === undefined ? {} : { aai }),
    columns: claim.columns ?? {},
  }
}

function endingOf(
  end: SessionEnd,
  known: Required<Pick<AttemptEnding, 'hangupBy' | 'calleeType'>>,
  durationMs: number,
): AttemptEnding {
  const failed = end.reason === 'error' || end.reason === 'limit'
  const place = end.fault?.line === undefined ? '' : ` (${end.fault.uri}:${end.fault.line})`
  return {
    outcome: failed ? 'app-error' : 'answered',
    cause: failed ? `${end.fault?.event}: ${end.fault?.message}${place}` : end.reason,
    sipStatus: 200,
    ...known,
    durationSeconds: Math.round(durationMs / 1000),
    ...(end.exitValue === undefined ? {} : { exitValue: end.exitValue }),
  }
}
