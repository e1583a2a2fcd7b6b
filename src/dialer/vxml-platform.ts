import { errorMessage, traceStop } from '#base'
import type { Attempt } from '#calls'
import type { Trunk } from '#model'
import type { MediaStream, PlayHandle } from '#rtp'
import type { Dialog } from '#sip'
import type { PromptCodec, RenderedPrompt } from '#speech'
import type {
  FetchRequest,
  FetchResponse,
  LogEntry,
  Platform,
  Playback,
  PlaybackEnd,
  Prompt,
  PromptPart,
  RecordRequest,
  Transfer,
  TransferRequest,
} from '#vxml'
import type { CallRecordings } from './call-recordings.ts'
import type { Dialer } from './dialer.ts'
import { fetchForSession } from './fetch-for-session.ts'
import { recordCaller } from './record-caller.ts'
import type { AttemptTracer } from './trace/attempt-tracer.ts'
import { transferCall } from './transfer-call.ts'

/** What joins an answered call to its dialogue. */
export interface JoinedCall {
  readonly callId: number
  readonly attempt: Attempt
  readonly trunk: Trunk
  readonly trace: AttemptTracer
  /** To be waited for before the call is over. */
  readonly onTransfer: (ended: Promise<unknown>) => void
  readonly dialog: Dialog
  readonly media: MediaStream
  /** What `<record>` takes. */
  readonly recordings: CallRecordings
  /** The whole call is to be recorded from now on, or no more. */
  readonly onRecordCall: (on: boolean) => void
  /** Of recordings, and of what is played. */
  readonly codec: 'PCMU' | 'PCMA'
  /** What prompts are rendered for: more than `codec` can hold, where packets can. */
  readonly promptCodec: PromptCodec
  /** Called when the dialogue asks to hang up. */
  readonly hangUp: () => Promise<void>
}

/** The interpreter's platform port over a phone call: prompts out, recordings in; keys come beside it. */
export function vxmlPlatform(dialer: Dialer, call: JoinedCall): Platform {
  traceStop('dialer/vxml-platform', call.callId)
  const log = dialer.log.child({ callId: call.callId })
  const { recordings } = call
  return {
    clock: dialer.clock,
    fetch: (request: FetchRequest): Promise<FetchResponse> =>
      fetchForSession(dialer, request, recordings.find),
    prepare: (prompt: Prompt) => dialer.prompts.prepare(prompt, call.promptCodec, recordings.load),
    play: (prompt: Prompt) => play(dialer, call, prompt),
    record: (request: RecordRequest) => recordCaller(dialer, call, recordings, request),
    recordCall: (on: boolean) => call.onRecordCall(on),
    transfer: (request: TransferRequest) => transfer(dialer, call, request),
    disconnect: () => call.hangUp(),
    log: ({ label, text }: LogEntry) => {
      call.trace.noteStep('log', label)
      log.info('vxml log', { label, text })
    },
  }
}

function transfer(dialer: Dialer, call: JoinedCall, request: TransferRequest): Transfer {
  const renderAudio = async (part: PromptPart): Promise<SharedArrayBuffer> => {
    const prompt: Prompt = { parts: [part], bargein: true, language: 'en-US' }
    return (await dialer.prompts.render(prompt, call.codec, call.recordings.load)).audio
  }
  const transferred = transferCall(dialer, { ...call, renderAudio }, request)
  call.onTransfer(transferred.ended)
  return transferred
}

function play(dialer: Dialer, call: JoinedCall, prompt: Prompt): Playback {
  let handle: PlayHandle | undefined
  let stopped = false
  const playing = async (): Promise<PlaybackEnd> => {
    const { promptCodec, recordings } = call
    const rendered = await dialer.prompts.render(prompt, promptCodec, recordings.load)
    if (stopped) return { interrupted: true }
    handle = call.media.play(rendered.audio, rendered.opus)
    call.trace.watchPrompt(handle)
    const { interrupted, playedMs } = await handle.ended
    return { interrupted, ...lastMark(rendered, playedMs) }
  }
  const ended = playing().catch((error: unknown): PlaybackEnd => {
    dialer.log.error('prompt not played', { callId: call.callId, error: errorMessage(error) })
    return { interrupted: false }
  })
  return {
    ended,
    stop() {
      stopped = true
      handle?.stop()
    },
  }
}

function lastMark(rendered: RenderedPrompt, playedMs: number): Pick<PlaybackEnd, 'mark'> {
  const passed = rendered.marks.findLast((mark) => mark.atMs <= playedMs)
  if (passed === undefined) return {}
  return { mark: { name: passed.name, elapsedMs: Math.round(playedMs - passed.atMs) } }
}
