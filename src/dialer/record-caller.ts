import { beep, encodeAlaw, encodeUlaw } from '#audio'
import { errorMessage, type Timer } from '#base'
import type { RecordingWriter } from '#recordings'
import type { MediaStream, PlayHandle, RecordingEnd } from '#rtp'
import type { RecordEnd, RecordingInProgress, RecordRequest } from '#vxml'
import type { CallRecordings } from './call-recordings.ts'
import type { Dialer } from './dialer.ts'

/** What of a call is recorded. */
export interface RecordedCall {
  readonly callId: number
  readonly codec: 'PCMU' | 'PCMA'
  readonly media: Pick<MediaStream, 'play' | 'record' | 'onVoice'>
  readonly dialog: { readonly ended: Promise<unknown> }
}

type Reason = RecordEnd['reason']

/** By then the end of speech is told: VoiceXML counts the silence from the speech on. */
const VOICE_END_TOLD_MS = 200
/** The key that ends a recording went down so shortly before. */
const LAST_KEY_MS = 1000
const BYTES_PER_MS = 8

/** `<record>` over a phone call (VoiceXML 2.0 section 2.3.6). Never rejects. */
export function recordCaller(
  dialer: Pick<Dialer, 'clock' | 'log'>,
  call: RecordedCall,
  recordings: CallRecordings,
  request: RecordRequest,
): RecordingInProgress {
  const stopped = Promise.withResolvers<Reason>()
  let isGone = false
  const gone = call.dialog.ended.then((): Reason => {
    isGone = true
    return 'hangup'
  })
  const over: Promise<Reason> = Promise.race([stopped.promise, gone])
  const recording = async (): Promise<RecordEnd> => {
    const early = request.beep ? await soundBeep(call, over) : undefined
    if (early !== undefined) return { reason: early }
    const writer = recordings.create()
    try {
      return await keepMessage(writer, await takeMessage(dialer, call, request, over, writer))
    } catch (error) {
      await writer.abandon()
      throw error
    }
  }
  const keepMessage = async (writer: RecordingWriter, message: Message): Promise<RecordEnd> => {
    const { reason, codec, audioBytes } = message
    if (audioBytes === 0) {
      await writer.abandon()
      return { reason }
    }
    await writer.finish(new Uint8Array(0))
    const { path } = writer
    const { contentType } = request
    return { reason, recording: await recordings.keep({ path, codec, audioBytes, contentType }) }
  }
  const ended = recording().catch((error: unknown): RecordEnd => {
    dialer.log.error('caller not recorded', { callId: call.callId, error: errorMessage(error) })
    return { reason: isGone ? 'hangup' : 'failed' }
  })
  return { ended, stop: () => stopped.resolve('stopped') }
}

/** Resolves with why there is nothing to record, where the recording is over before the beep is. */
async function soundBeep(call: RecordedCall, over: Promise<Reason>): Promise<Reason | undefined> {
  const coded = call.codec === 'PCMU' ? encodeUlaw(beep()) : encodeAlaw(beep())
  const audio = new SharedArrayBuffer(coded.length)
  new Uint8Array(audio).set(coded)
  const playing: PlayHandle = call.media.play(audio)
  const early = await Promise.race([over, playing.ended.then(() => undefined)])
  playing.stop()
  return early
}

interface Message {
  readonly reason: Reason
  readonly codec: 'PCMU' | 'PCMA'
  readonly audioBytes: number
}

/** Records until one of the ends that are asked for, and leaves out what made it end. */
async function takeMessage(
  { clock }: Pick<Dialer, 'clock'>,
  { media }: RecordedCall,
  { timeoutMs, maxTimeMs, finalSilenceMs }: RecordRequest,
  over: Promise<Reason>,
  writer: RecordingWriter,
): Promise<Message> {
  const done = Promise.withResolvers<Reason>()
  let silence: Timer = clock.setTimer(timeoutMs, () => done.resolve('noinput'))
  const longest = clock.setTimer(maxTimeMs, () => done.resolve('maxtime'))
  const recording = media.record('received', (piece) => writer.append(piece))
  media.onVoice = (active) => {
    silence.cancel()
    if (active) return
    const leftMs = Math.max(0, finalSilenceMs - VOICE_END_TOLD_MS)
    silence = clock.setTimer(leftMs, () => done.resolve('finalsilence'))
  }
  const reason = await Promise.race([done.promise, over])
  for (const timer of [silence, longest]) timer.cancel()
  const end = await recording.stop()
  media.onVoice = undefined
  const samples = Math.min(lengthOf(end, reason), maxTimeMs * BYTES_PER_MS, end.samples)
  // "If no audio is collected …": what nobody said is none.
  const isHeard = end.voiceFrom !== undefined && end.voiceFrom < samples
  const audioBytes = isHeard ? samples - (samples % BYTES_PER_MS) : 0
  return { reason, codec: end.codec, audioBytes }
}

/** In samples. */
function lengthOf({ samples, voiceUntil, keyAt }: RecordingEnd, reason: Reason): number {
  switch (reason) {
    case 'noinput':
      return 0
    case 'finalsilence':
      return voiceUntil ?? samples
    case 'stopped': {
      const isLast = keyAt !== undefined && keyAt > samples - LAST_KEY_MS * BYTES_PER_MS
      return isLast ? keyAt : samples
    }
    default:
      return samples
  }
}
