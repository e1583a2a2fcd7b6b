import { formatWavHead, wavHeadBytes } from '#audio'
import { errorMessage } from '#base'
import type { Attempt } from '#calls'
import type { RecordingWriter } from '#recordings'
import type { MediaStream, RecordingEnd, StreamRecording } from '#rtp'
import type { Dialer } from './dialer.ts'

const SAMPLE_RATE = 8000
const SAMPLES_PER_MS = 8
const CHANNELS = 2
/** The same for mu-law and A-law. */
const HEAD_BYTES = wavHeadBytes('mulaw')

/**
 * The recording of a whole call: a stereo WAV file of the G.711 that went over the line, what was sent on
 * the left, what came on the right. It begins where it is first switched on; where it is off again there
 * is silence. What goes wrong with it is told, and the call goes on.
 */
export class CallTape {
  readonly #dialer: Pick<Dialer, 'log' | 'recordings'>
  readonly #attempt: Attempt
  readonly #media: Pick<MediaStream, 'record'>
  #begun: { readonly writer: RecordingWriter; readonly recording: StreamRecording } | undefined

  constructor(
    dialer: Pick<Dialer, 'log' | 'recordings'>,
    attempt: Attempt,
    media: Pick<MediaStream, 'record'>,
  ) {
    this.#dialer = dialer
    this.#attempt = attempt
    this.#media = media
  }

  switch(on: boolean): void {
    if (this.#begun !== undefined) return this.#begun.recording.pause(!on)
    if (!on) return
    const writer = this.#dialer.recordings.folder.create(HEAD_BYTES)
    const recording = this.#media.record('both', (piece) => writer.append(piece))
    this.#begun = { writer, recording }
  }

  /** Nobody wants it. Never rejects. */
  async discard(): Promise<void> {
    if (this.#begun === undefined) return
    const { writer, recording } = this.#begun
    this.#begun = undefined
    await recording.stop().catch(() => undefined)
    await writer.abandon()
  }

  /** To be waited for before the media are closed. Never rejects. */
  async finish(): Promise<void> {
    if (this.#begun === undefined) return
    const { writer, recording } = this.#begun
    const { claim, number: attempt } = this.#attempt
    const { accountId, callId } = claim
    const { recordings, log } = this.#dialer
    const { folder } = recordings
    const name = folder.nameOf(callId, attempt)
    try {
      const { codec, samples } = await recording.stop()
      const { bytes } = writer
      await writer.finish(headOf(codec, bytes), folder.pathOf(name))
      const durationMs = Math.round(samples / SAMPLES_PER_MS)
      await recordings.note({ accountId, callId, attempt, name, bytes, durationMs })
    } catch (error) {
      await writer.abandon()
      const fault = errorMessage(error)
      log.error('call not recorded', { callId, error: fault })
      await recordings.note({ accountId, callId, attempt, bytes: 0, durationMs: 0, fault })
    }
  }
}

function headOf(codec: RecordingEnd['codec'], dataBytes: number): Uint8Array {
  const encoding = codec === 'PCMU' ? 'mulaw' : 'alaw'
  return formatWavHead(dataBytes, { sampleRate: SAMPLE_RATE, channels: CHANNELS, encoding })
}
