import { silentLogger, VirtualClock } from '#base'
import { createScriptEngine, type ScriptEngine } from '#script'
import {
  type FetchRequest,
  type FetchResponse,
  type HttpCache,
  type Listening,
  type ListenRequest,
  type Platform,
  type Playback,
  type Prompt,
  type PromptPart,
  type RecordEnd,
  type Recording,
  type RecordingInProgress,
  type RecordRequest,
  type Session,
  type SessionEnd,
  type SessionLimits,
  type SessionMoment,
  type SessionVariables,
  startSession,
  type Transfer,
  type TransferEnd,
  type TransferRequest,
  wireRequest,
} from '#vxml'

/** What the caller does the next time the interpreter listens, once the prompts are over. */
export type Move =
  | { readonly keys: string }
  | {
      readonly say: string
      readonly confidence?: number
      readonly alternatives?: readonly { readonly text: string; readonly confidence: number }[]
      /** A recogniser that records says so. */
      readonly recorded?: true
    }
  /** A recogniser that tells what it has understood so far, and leaves the end to the interpreter. */
  | { readonly partial: string }
  /** Begins to speak and does not stop. */
  | 'babble'
  | 'silence'
  | 'hangup'
  /** While the prompts play, `afterMs` into the first of them. */
  | { readonly interrupt: string; readonly afterMs: number }
  /** Begins to speak so, `afterMs` into the prompts, and is understood at once. */
  | { readonly talkOver: string; readonly afterMs: number }
  /** Into a `<record>`: talks so long, then presses keys, hangs up or is silent. */
  | {
      readonly talkMs: number
      /** Begins to speak so far into the prompts already. */
      readonly overPromptMs?: number
      readonly next?: { readonly keys: string } | { readonly say: string } | 'hangup'
    }

export interface Script {
  /** Documents by path; the first is where the session starts. What has no root is put into <vxml>. */
  readonly documents: Readonly<Record<string, string | ServedResource>>
  /**
   * Asked before `documents`, for any host: a server with a mind of its own. `times`: how often this
   * address has been asked for, from 1.
   */
  readonly serve?: (request: FetchRequest, times: number) => ServedResource | undefined
  readonly sharedCache?: HttpCache
  /** What a prompt of these words makes the caller do when it has been heard. */
  readonly provoke?: (words: string) => Move | undefined
  readonly moves?: readonly Move[]
  /** `until-stopped`: the far end talks until the interpreter ends it. */
  readonly transfers?: readonly (TransferEnd['result'] | 'until-stopped' | TransferEnd)[]
  readonly variables?: Partial<SessionVariables>
  readonly limits?: Partial<SessionLimits>
  /** Hangs up so many milliseconds after the start, whatever goes on. */
  readonly hangUpAtMs?: number
  /** Keys before anything listens. */
  readonly typedAhead?: string
  /** What this platform lacks, or is limited to. */
  readonly platform?: {
    readonly lacks?: readonly ('record' | 'transfer')[]
    readonly transferTypes?: Platform['transferTypes']
    readonly languages?: Platform['languages']
  }
}

export interface ServedResource {
  readonly status?: number
  readonly contentType?: string
  readonly body: string | Uint8Array
  /** Where a redirect led. */
  readonly uri?: string
  readonly delayMs?: number
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly setCookies?: readonly string[]
}

export interface Conversation {
  /** What was said, one string a prompt; audio as `[uri]`, marks and breaks left out. */
  readonly heard: readonly string[]
  readonly prompts: readonly Prompt[]
  /** As `heard`, with what was queued when nobody was there any more. */
  readonly said: readonly string[]
  readonly moments: readonly SessionMoment[]
  /** `label: text`, or the text alone. */
  readonly logs: readonly string[]
  readonly fetches: readonly FetchRequest[]
  /** What it was told to make ready. */
  readonly prepared: readonly Prompt[]
  /** `throw` moments, as event names. */
  readonly events: readonly string[]
  readonly end: SessionEnd
  readonly virtualMs: number
  readonly disconnected: boolean
  readonly listened: readonly ListenRequest[]
  readonly recorded: readonly RecordRequest[]
  /** What it was told of `recordcall`. */
  readonly recordsCall: readonly boolean[]
  readonly transferred: readonly TransferRequest[]
}

export const HOST = 'http://app.example'
/** Everything spoken lasts so long. */
export const PROMPT_MS = 1000

let engine: Promise<ScriptEngine> | undefined

/** Runs a whole dialogue in virtual time. */
export async function converse(script: Script): Promise<Conversation> {
  const clock = new VirtualClock()
  engine ??= createScriptEngine({ clock: new VirtualClock(), log: silentLogger })
  const caller = new ScriptedCaller(script, clock)
  const [first = ''] = Object.keys(script.documents)
  const session = startSession({
    platform: caller,
    startUri: `${HOST}/${first}`,
    startMethod: 'GET',
    startFields: [],
    variables: { ...VARIABLES, ...script.variables },
    script: await engine,
    log: silentLogger,
    ...(script.sharedCache === undefined ? {} : { sharedCache: script.sharedCache }),
    ...(script.limits === undefined ? {} : { limits: script.limits }),
    onMoment: (moment) => caller.note(moment),
  })
  return await caller.talk(session)
}

/** After the beep. */
export const BEEP_MS = 500
/** G.711. */
export const BYTES_PER_MS = 8

const VARIABLES: SessionVariables = {
  sessionId: 's-1',
  callId: 42,
  remoteUri: 'tel:+16177123000',
  localUri: 'tel:+18005551212',
  ani: '8005551212',
  dnis: '6177123000',
  messageReference: 'ref',
  callParameters: 'a=1',
  campaignParameters: '',
  calleeType: 'processing',
  columns: { name: 'Ada' },
}

class ScriptedCaller implements Platform {
  readonly clock: VirtualClock
  readonly #script: Script
  readonly #moves: Move[]
  readonly #transfers: NonNullable<Script['transfers']>[number][]
  readonly #listened: ListenRequest[] = []
  readonly #recorded: RecordRequest[] = []
  readonly #recordsCall: boolean[] = []
  readonly #transferred: TransferRequest[] = []
  readonly record?: (request: RecordRequest) => RecordingInProgress
  readonly transfer?: (request: TransferRequest) => Transfer
  readonly transferTypes?: NonNullable<Platform['transferTypes']>
  readonly languages?: NonNullable<Platform['languages']>
  readonly #prompts: Prompt[] = []
  readonly #moments: SessionMoment[] = []
  readonly #logs: string[] = []
  readonly #fetches: FetchRequest[] = []
  readonly #prepared: Prompt[] = []
  readonly #startedMs: number
  #playing: { stop(): void } | undefined
  #awaiting: Move | undefined
  #session: Session | undefined
  #disconnected = false
  #recordings = 0

  constructor(script: Script, clock: VirtualClock) {
    this.#script = script
    this.clock = clock
    this.#moves = [...(script.moves ?? [])]
    this.#transfers = [...(script.transfers ?? [])]
    this.#startedMs = clock.monotonic()
    const { lacks = [], transferTypes, languages } = script.platform ?? {}
    if (!lacks.includes('record')) this.record = (request) => this.#record(request)
    if (!lacks.includes('transfer')) this.transfer = (request) => this.#transfer(request)
    if (transferTypes !== undefined) this.transferTypes = transferTypes
    if (languages !== undefined) this.languages = languages
  }

  async talk(session: Session): Promise<Conversation> {
    this.#session = session
    for (const key of this.#script.typedAhead ?? '') session.receive({ kind: 'key', key })
    const { hangUpAtMs } = this.#script
    if (hangUpAtMs !== undefined) this.clock.setTimer(hangUpAtMs, () => this.#hangUp())
    let end: SessionEnd | undefined
    void session.ended.then((how) => {
      end = how
    })
    for (;;) {
      await settle()
      if (end !== undefined) break
      if (this.#act()) continue
      if (!(await this.clock.advanceToNextTimer())) throw new Error('The dialogue stands still.')
    }
    return {
      heard: this.#prompts.map(({ parts }) => speech(parts)),
      prompts: this.#prompts,
      said: this.#moments.flatMap((moment) =>
        moment.kind === 'prompt' ? [speech(moment.prompt.parts)] : [],
      ),
      moments: this.#moments,
      logs: this.#logs,
      fetches: this.#fetches,
      prepared: this.#prepared,
      events: this.#moments.flatMap((moment) => (moment.kind === 'throw' ? [moment.event] : [])),
      end,
      virtualMs: this.clock.monotonic() - this.#startedMs,
      disconnected: this.#disconnected,
      listened: this.#listened,
      recorded: this.#recorded,
      recordsCall: this.#recordsCall,
      transferred: this.#transferred,
    }
  }

  /** The caller's move, when its moment has come. False where time must pass first. */
  #act(): boolean {
    const move = this.#awaiting
    if (move === undefined || move === 'silence') return false
    if (typeof move === 'object' && ('interrupt' in move || 'talkOver' in move)) {
      this.#awaiting = undefined
      this.clock.setTimer(move.afterMs, () =>
        'interrupt' in move ? this.#press(move.interrupt) : this.#talkOver(move.talkOver),
      )
      return false
    }
    if (typeof move === 'object' && 'talkMs' in move) {
      // The recording takes it.
      const { overPromptMs, ...later } = move
      if (overPromptMs === undefined) return false
      this.#awaiting = later
      this.clock.setTimer(overPromptMs, () => this.#session?.receive({ kind: 'speech-started' }))
      return false
    }
    if (this.#playing !== undefined) return false
    this.#awaiting = undefined
    if (move === 'hangup') this.#hangUp()
    else if (move === 'babble') this.#session?.receive({ kind: 'speech-started' })
    else if ('keys' in move) this.#press(move.keys)
    else if ('partial' in move) {
      this.#session?.receive({ kind: 'speech-partial', text: move.partial })
    } else this.#speak(move)
    return true
  }

  #talkOver(text: string): void {
    this.#session?.receive({ kind: 'speech-started' })
    this.#session?.receive({ kind: 'speech', text })
  }

  #speak(move: Extract<Move, { say: string }>): void {
    const { say: text, recorded, ...rest } = move
    const recording = recorded && { recording: this.#recording(1000, 'audio/x-wav') }
    this.#session?.receive({ kind: 'speech', text, ...rest, ...recording })
  }

  #press(keys: string): void {
    for (const key of keys) this.#session?.receive({ kind: 'key', key })
  }

  #hangUp(): void {
    this.#playing?.stop()
    this.#session?.receive({ kind: 'hangup' })
  }

  note(moment: SessionMoment): void {
    this.#moments.push(moment)
    if (moment.kind === 'listen') this.#awaiting = this.#moves.shift() ?? 'silence'
  }

  async fetch(request: FetchRequest): Promise<FetchResponse> {
    this.#fetches.push(request)
    const path = new URL(request.uri).pathname.slice(1)
    const times = this.#fetches.filter(({ uri }) => uri === request.uri).length
    const served = this.#script.serve?.(request, times) ?? this.#document(request.uri, path)
    if (served.delayMs !== undefined) {
      await new Promise<void>((resolve) => this.clock.setTimer(served.delayMs ?? 0, resolve))
    }
    return {
      uri: served.uri ?? wireRequest(request).url,
      status: served.status ?? 200,
      contentType: served.contentType ?? 'application/voicexml+xml',
      ...(served.headers === undefined ? {} : { headers: served.headers }),
      ...(served.setCookies === undefined ? {} : { setCookies: served.setCookies }),
      body: bytesOf(served.body, path),
    }
  }

  #document(uri: string, path: string): ServedResource {
    if (!uri.startsWith(`${HOST}/`)) throw new Error('The host refuses the connection.')
    const served = this.#script.documents[path] ?? { status: 404, contentType: '', body: EMPTY }
    return typeof served === 'string' ? { body: served } : served
  }

  prepare(prompt: Prompt): void {
    this.#prepared.push(prompt)
  }

  play(prompt: Prompt): Playback {
    if (this.#playing !== undefined) throw new Error('Two prompts play at once.')
    this.#prompts.push(prompt)
    this.#awaiting = this.#script.provoke?.(speech(prompt.parts)) ?? this.#awaiting
    const { promise: ended, resolve } = Promise.withResolvers<Awaited<Playback['ended']>>()
    const finish = (interrupted: boolean): void => {
      if (this.#playing !== playing) return
      timer.cancel()
      this.#playing = undefined
      const mark = prompt.parts.find((part) => part.kind === 'mark')
      const passed = mark === undefined ? {} : { mark: { name: mark.name, elapsedMs: 100 } }
      resolve({ interrupted, ...passed })
    }
    const playing = { stop: () => finish(true) }
    this.#playing = playing
    const timer = this.clock.setTimer(PROMPT_MS, () => finish(false))
    return { ended, stop: playing.stop }
  }

  async disconnect(): Promise<void> {
    this.#disconnected = true
  }

  log({ label, text }: { label: string; text: string }): void {
    this.#logs.push(label === '' ? text : `${label}: ${text}`)
  }

  listen(request: ListenRequest): Listening {
    this.#listened.push(request)
    return { stop: () => undefined }
  }

  recordCall(on: boolean): void {
    this.#recordsCall.push(on)
  }

  #record(request: RecordRequest): RecordingInProgress {
    this.#recorded.push(request)
    const move = this.#awaiting
    const { promise: ended, resolve } = Promise.withResolvers<RecordEnd>()
    const startedAt = this.clock.monotonic() + (request.beep ? BEEP_MS : 0)
    const talk = typeof move === 'object' && 'talkMs' in move ? move : { talkMs: 0 }
    const finish = (reason: RecordEnd['reason']): void => {
      const lastedMs = Math.min(this.clock.monotonic() - startedAt, talk.talkMs)
      const recording = this.#recording(lastedMs, request.contentType)
      resolve({ reason, ...(lastedMs > 0 ? { recording } : {}) })
    }
    const at = (ms: number, act: () => void): void => {
      this.clock.setTimer(startedAt + ms - this.clock.monotonic(), act)
    }
    if (talk.talkMs === 0) {
      at(request.timeoutMs, () => finish('noinput'))
      return { ended, stop: () => finish('stopped') }
    }
    this.#awaiting = undefined
    if (talk.talkMs >= request.maxTimeMs) at(request.maxTimeMs, () => finish('maxtime'))
    else if (talk.next === undefined) {
      at(talk.talkMs + request.finalSilenceMs, () => finish('finalsilence'))
    } else {
      const { next } = talk
      at(talk.talkMs, () => {
        if (next === 'hangup') this.#hangUp()
        else if ('keys' in next) this.#press(next.keys)
        else this.#speak(next)
      })
      at(talk.talkMs + request.finalSilenceMs, () => finish('finalsilence'))
    }
    return { ended, stop: () => finish('stopped') }
  }

  #recording(durationMs: number, contentType: string): Recording {
    const uri = `recording:${++this.#recordings}`
    return { uri, contentType, durationMs, sizeBytes: durationMs * BYTES_PER_MS }
  }

  #transfer(request: TransferRequest): Transfer {
    this.#transferred.push(request)
    const next = this.#transfers.shift() ?? 'noanswer'
    const { promise: ended, resolve } = Promise.withResolvers<TransferEnd>()
    const finish = (end: TransferEnd['result'] | TransferEnd): void =>
      resolve(typeof end === 'string' ? { result: end, durationMs: 5000 } : end)
    if (next !== 'until-stopped') this.clock.setTimer(5000, () => finish(next))
    return { ended, stop: () => finish('near_end_disconnect') }
  }
}

const EMPTY = new Uint8Array()

function bytesOf(body: string | Uint8Array, path: string): Uint8Array {
  if (typeof body !== 'string') return body
  const isBare = path.endsWith('.vxml') && !/<vxml[\s>]/.test(body)
  const text = isBare
    ? `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">\n${body}\n</vxml>`
    : body
  return new TextEncoder().encode(text)
}

export function speech(parts: readonly PromptPart[]): string {
  return parts
    .flatMap((part) => {
      if (part.kind === 'text' || part.kind === 'say-as') return [part.text]
      return part.kind === 'audio' ? [`[${part.uri.replace(`${HOST}/`, '')}]`] : []
    })
    .join(' ')
}

/** Until nothing more happens without time passing. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve))
}
