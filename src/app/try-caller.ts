import { assert, type Timer, type VirtualClock } from '#base'
import {
  BEEP_OVER,
  type FetchFailure,
  type FetchRequest,
  type FetchResponse,
  type Listening,
  type ListenRequest,
  type Platform,
  type Playback,
  type PlaybackEnd,
  type Prompt,
  type PromptPart,
  type RecordEnd,
  type RecordingInProgress,
  type RecordRequest,
  type Session,
  type SessionMoment,
  type Transfer,
  type TransferEnd,
  type TransferRequest,
} from '#vxml'
import { TryAudio } from './try-audio.ts'
import { eventOfMoment, promptEvent, type TryEvent } from './try-event.ts'
import type { Move, TransferResult } from './try-moves.ts'

/** Where the interpreter waits for the caller or for the far end of a transfer. */
export type WaitPoint = 'listen' | 'record' | 'transfer'

export interface TryCallerOptions {
  readonly clock: VirtualClock
  readonly fetch: (request: FetchRequest) => Promise<FetchResponse>
  /** Asked at each point where the interpreter waits, when the prompts are over. */
  readonly nextMove: (point: WaitPoint, session: Session) => Promise<Move | undefined>
  readonly onEvent: (event: TryEvent) => void
  readonly trace: boolean
}

type Waiting =
  | { readonly point: 'listen' }
  | { readonly point: 'record'; readonly request: RecordRequest; readonly end: EndRecording }
  | { readonly point: 'transfer'; readonly request: TransferRequest; readonly end: EndTransfer }

type EndRecording = (reason: RecordEnd['reason']) => void
type EndTransfer = (result: TransferEnd['result']) => void

/** What a reader says in a minute. */
const MS_PER_WORD = 400
const AUDIO_MS = 1000
const FIRST_ERROR_STATUS = 400
/** Turns of the event loop without anything happening. */
const ROUNDS = 3
/** G.711. */
const BYTES_PER_MS = 8
/** No grammar knows it, and nobody can be sure to have heard it. */
const UNINTELLIGIBLE = '\u2026'
/** Few telephones have it, and few grammars. */
const STRANGE_KEY = 'D'

/**
 * The platform port without a telephone: prompts are text, the caller is a list of moves or a person at
 * a keyboard, and time passes on a virtual clock as soon as nobody has anything left to do.
 */
export class TryCaller implements Platform {
  readonly clock: VirtualClock
  readonly #options: TryCallerOptions
  readonly #told = new WeakSet<Prompt>()
  /** In order; a prompt waits here until it is known which of its audio can be played. */
  readonly #untold: (TryEvent | Prompt)[] = []
  readonly #audio = new TryAudio((uri, timeoutMs) => this.#isThere(uri, timeoutMs))
  #session: Session | undefined
  readonly #fetching = new Set<Promise<unknown>>()
  #recordings = 0
  #hearsOnlyKeys = false
  /** The media type in which what is said is recorded besides (VoiceXML 2.1 section 7). */
  #recordsUtterances: string | undefined
  #playing: { stop(): void } | undefined
  #waiting: Waiting | undefined
  /** A recording or transfer is on: what is listened to meanwhile belongs to it. */
  #busy = false
  #listensBesides = false

  constructor(options: TryCallerOptions) {
    this.#options = options
    this.clock = options.clock
  }

  /** Drives the session to its end. */
  async talk(session: Session): Promise<void> {
    this.#session = session
    let ended = false
    void session.ended.then(() => {
      ended = true
    })
    for (;;) {
      await this.#quiet()
      if (ended) return
      const waiting = this.#playing === undefined ? this.#waiting : undefined
      if (waiting !== undefined) {
        this.#waiting = undefined
        const move = await this.#options.nextMove(waiting.point, session)
        this.#act(waiting, move ?? { kind: 'silence' })
      } else {
        const moved = await this.clock.advanceToNextTimer()
        assert(moved || ended, 'a dialogue that waits for nothing')
      }
    }
  }

  note(moment: SessionMoment): void {
    if (moment.kind === 'listen') {
      if (this.#busy) this.#listensBesides = true
      else this.#waiting = { point: 'listen' }
    }
    if (moment.kind === 'step' && !this.#options.trace) return
    if (moment.kind === 'prompt') return this.#tellPrompt(moment.prompt)
    const event = eventOfMoment(moment)
    if (event !== undefined) this.#tell(event)
  }

  async fetch(request: FetchRequest): Promise<FetchResponse> {
    const { uri } = request
    const answer = this.#options.fetch(request)
    await this.#whileFetching(
      answer.then(
        ({ status }) => this.#tell({ event: 'fetch', uri, status }),
        ({ message }: Error) => this.#tell({ event: 'fetch', uri, status: 0, message }),
      ),
    )
    return await answer
  }

  prepare({ parts }: Prompt): void {
    void this.#whileFetching(this.#audio.lookFor(parts))
  }

  play(prompt: Prompt): Playback {
    // Audio that fills a pause was never queued as a prompt.
    this.#tellPrompt(prompt)
    const startedAt = this.clock.monotonic()
    let marks: readonly Mark[] = []
    let timer: Timer | undefined
    const { promise: ended, resolve } = Promise.withResolvers<PlaybackEnd>()
    const begin = (): void => {
      if (this.#playing !== playing) return
      const timing = this.#timing(prompt.parts)
      marks = timing.marks
      timer = this.clock.setTimer(timing.durationMs, () => finish(false))
    }
    const finish = (interrupted: boolean): void => {
      if (this.#playing !== playing) return
      timer?.cancel()
      this.#playing = undefined
      const playedMs = this.clock.monotonic() - startedAt
      const mark = marks.findLast(({ atMs }) => atMs <= playedMs)
      const passed =
        mark === undefined ? {} : { mark: { name: mark.name, elapsedMs: playedMs - mark.atMs } }
      resolve({ interrupted, ...passed })
    }
    const playing = { stop: () => finish(true) }
    this.#playing = playing
    if (this.#audio.knowsAll(prompt.parts)) begin()
    else void this.#whileFetching(this.#audio.lookFor(prompt.parts).then(begin))
    return { ended, stop: playing.stop }
  }

  async disconnect(): Promise<void> {}

  log({ label, text }: { readonly label: string; readonly text: string }): void {
    this.#tell({ event: 'log', label, text })
  }

  listen({ modes, recordUtterance }: ListenRequest): Listening {
    this.#hearsOnlyKeys = modes.length > 0 && !modes.includes('voice')
    this.#recordsUtterances = recordUtterance
    return { stop: () => undefined }
  }

  record(request: RecordRequest): RecordingInProgress {
    const { beep, maxTimeMs, finalSilenceMs, contentType: type } = request
    this.#tell({ event: 'record', type, beep, maxTimeMs, finalSilenceMs })
    const startedAt = this.clock.monotonic()
    const { promise: ended, resolve } = Promise.withResolvers<RecordEnd>()
    const end: EndRecording = (reason) => {
      this.#busy = false
      const durationMs = this.clock.monotonic() - startedAt
      resolve(reason === 'noinput' ? { reason } : { reason, ...this.#recorded(type, durationMs) })
    }
    this.#begin({ point: 'record', request, end })
    return { ended, stop: () => end('stopped') }
  }

  transfer(request: TransferRequest): Transfer {
    const { dest, type } = request
    this.#tell({ event: 'transfer', dest, type })
    const startedAt = this.clock.monotonic()
    const { promise: ended, resolve } = Promise.withResolvers<TransferEnd>()
    const end: EndTransfer = (result) => {
      this.#busy = false
      const answered = !['busy', 'noanswer', 'network_busy'].includes(result)
      resolve({ result, durationMs: answered ? this.clock.monotonic() - startedAt : 0 })
    }
    this.#begin({ point: 'transfer', request, end })
    return { ended, stop: () => end('near_end_disconnect') }
  }

  #begin(waiting: Waiting): void {
    this.#busy = true
    this.#listensBesides = false
    this.#waiting = waiting
  }

  #recorded(contentType: string, durationMs: number): Pick<RecordEnd, 'recording'> {
    const uri = `recording:${++this.#recordings}`
    const sizeBytes = Math.round(durationMs * BYTES_PER_MS)
    return durationMs === 0 ? {} : { recording: { uri, contentType, sizeBytes, durationMs } }
  }

  #act(waiting: Waiting, move: Move): void {
    switch (move.kind) {
      case 'dtmf':
        return this.#press(waiting, move.keys)
      case 'say':
        this.#say(move.text, move.confidence)
        return this.#carryOn(waiting)
      case 'nomatch':
        if (this.#hearsOnlyKeys) return this.#press(waiting, STRANGE_KEY)
        this.#say(UNINTELLIGIBLE, 0)
        return this.#carryOn(waiting)
      case 'hangup':
        return this.#hangUp(waiting)
      case 'beep':
        this.#session?.receive(BEEP_OVER)
        return this.#carryOn(waiting)
      case 'callee':
        this.#session?.receive({ kind: 'callee-type', calleeType: move.calleeType })
        return this.#carryOn(waiting)
      case 'record':
        return waiting.point === 'record' ? this.#speak(waiting, move) : this.#carryOn(waiting)
      case 'transfer':
        return waiting.point === 'transfer' ? this.#connect(waiting, move) : this.#carryOn(waiting)
      case 'silence':
        return this.#carryOn(waiting)
    }
  }

  /** What becomes of it where nobody does anything more about it. */
  #carryOn(waiting: Waiting): void {
    if (waiting.point === 'record') {
      const { request, end } = waiting
      this.clock.setTimer(request.timeoutMs, () => end('noinput'))
    } else if (waiting.point === 'transfer') {
      const { request, end } = waiting
      if (request.type === 'blind') end('transferred')
      else this.clock.setTimer(request.connectTimeoutMs, () => end('noanswer'))
    }
  }

  #press(waiting: Waiting, keys: string): void {
    for (const key of keys) this.#session?.receive({ kind: 'key', key })
    this.#carryOn(waiting)
  }

  #say(text: string, confidence: number): void {
    const type = this.#recordsUtterances
    const durationMs = text.split(/\s+/).length * MS_PER_WORD
    const recorded = type === undefined ? {} : this.#recorded(type, durationMs)
    this.#session?.receive({ kind: 'speech', text, confidence, ...recorded })
  }

  #hangUp(waiting: Waiting): void {
    this.#playing?.stop()
    this.#session?.receive({ kind: 'hangup' })
    if (waiting.point !== 'listen') waiting.end('hangup')
  }

  /** The caller talks, then presses the key or says no more. */
  #speak(
    { request, end }: Extract<Waiting, { point: 'record' }>,
    { durationMs, termchar }: Extract<Move, { kind: 'record' }>,
  ): void {
    if (durationMs === 0 && termchar === undefined) {
      this.clock.setTimer(request.timeoutMs, () => end('noinput'))
      return
    }
    this.clock.setTimer(request.maxTimeMs, () => end('maxtime'))
    if (durationMs >= request.maxTimeMs) return
    this.clock.setTimer(durationMs, () => {
      for (const key of termchar ?? '') this.#session?.receive({ kind: 'key', key })
    })
    this.clock.setTimer(durationMs + request.finalSilenceMs, () => end('finalsilence'))
  }

  #connect(
    waiting: Extract<Waiting, { point: 'transfer' }>,
    { result, durationMs, say }: Extract<Move, { kind: 'transfer' }>,
  ): void {
    const { request, end } = waiting
    const cutMs = request.maxTimeMs > 0 ? request.maxTimeMs : durationMs
    this.clock.setTimer(Math.min(durationMs, cutMs), () => {
      if (say !== undefined) this.#say(say, 1)
      // What matched has stopped it by the next turn.
      this.clock.setTimer(0, () => {
        // Where no grammar listens, the caller's only way to end the other leg is to hang up.
        const hangsUp = result === 'near_end_disconnect' && !this.#listensBesides
        if (hangsUp) this.#hangUp(waiting)
        else end(OUTCOMES[result])
      })
    })
  }

  #tellPrompt(prompt: Prompt): void {
    if (this.#told.has(prompt)) return
    this.#told.add(prompt)
    this.#tell(prompt)
    this.prepare(prompt)
  }

  #tell(what: TryEvent | Prompt): void {
    this.#untold.push(what)
    this.#tellAll()
  }

  #tellAll(): void {
    for (let [next] = this.#untold; next !== undefined; [next] = this.#untold) {
      if ('parts' in next && !this.#audio.knowsAll(next.parts)) return
      this.#untold.shift()
      const canPlay = (uri: string): boolean => this.#audio.canPlay(uri)
      this.#options.onEvent('parts' in next ? promptEvent(next, canPlay) : next)
    }
  }

  /** Whether audio is where a call would fetch it from. */
  async #isThere(uri: string, timeoutMs: number): Promise<boolean> {
    if (uri.startsWith('recording:')) return true
    const { fetch, onEvent } = this.#options
    try {
      const { status } = await fetch({ uri, method: 'GET', fields: [], timeoutMs })
      onEvent({ event: 'fetch', uri, status })
      return status < FIRST_ERROR_STATUS
    } catch (thrown) {
      const { reason, message } = thrown as FetchFailure
      // Long audio is there all the same.
      if (reason === 'too-large') return true
      onEvent({ event: 'fetch', uri, status: 0, message })
      return false
    }
  }

  /** No time passes meanwhile. */
  async #whileFetching(work: Promise<unknown>): Promise<void> {
    const settled = work.finally(() => {
      this.#fetching.delete(settled)
      this.#tellAll()
    })
    this.#fetching.add(settled)
    await settled
  }

  #timing(parts: readonly PromptPart[]): { durationMs: number; marks: Mark[] } {
    const marks: Mark[] = []
    let durationMs = 0
    for (const part of parts) {
      if (part.kind === 'mark') marks.push({ name: part.name, atMs: durationMs })
      else if (part.kind === 'break') durationMs += part.durationMs
      else if (part.kind !== 'audio') durationMs += part.text.split(/\s+/).length * MS_PER_WORD
      else if (this.#audio.canPlay(part.uri)) durationMs += part.maxDurationMs ?? AUDIO_MS
      else durationMs += this.#timing(part.fallback).durationMs
    }
    return { durationMs, marks }
  }

  /** Until nothing more happens without time passing; what is fetched takes no time. */
  async #quiet(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      await this.clock.advance(0)
      if (this.#fetching.size === 0) continue
      await Promise.race(this.#fetching)
      round = 0
    }
  }
}

interface Mark {
  readonly name: string
  readonly atMs: number
}

const OUTCOMES: Readonly<Record<TransferResult, TransferEnd['result']>> = {
  busy: 'busy',
  noanswer: 'noanswer',
  network_busy: 'network_busy',
  far_end_disconnect: 'far_end_disconnect',
  near_end_disconnect: 'near_end_disconnect',
  maxtime_disconnect: 'maxtime_disconnect',
  success: 'transferred',
  unknown: 'unknown',
}
