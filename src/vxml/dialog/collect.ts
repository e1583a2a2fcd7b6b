import type { Timer } from '#base'
import { type MatchKind, matchTokens } from '#grammar'
import { optional } from '../document/xml-reading.ts'
import type { PlatformEvent } from '../events/platform-event.ts'
import type { CallerEvent, Listening, Playback, PlaybackEnd, Prompt } from '../platform.ts'
import type { ListeningGrammar } from './active-grammars.ts'
import { ANY_KEY_GRAMMAR } from './any-key-grammar.ts'
import type { InputEvent } from './caller-input.ts'
import type { CollectSettings } from './collect-settings.ts'
import { DTMF_START, type DtmfInput, transition } from './dtmf-recognition.ts'
import type { Interpreter } from './interpreter.ts'
import { understand } from './understand.ts'
import type { Heard, Utterance } from './utterance.ts'

export type Collected =
  | { readonly kind: 'utterance'; readonly utterance: Utterance }
  | { readonly kind: 'nomatch'; readonly heard: Heard }
  | { readonly kind: 'noinput' }
  | { readonly kind: 'maxspeechtimeout' }
  | { readonly kind: 'hangup' }
  | { readonly kind: 'event'; readonly event: PlatformEvent; readonly message: string }
  /** The activity of the settings has ended. */
  | { readonly kind: 'over' }

/**
 * The waiting state (VoiceXML 2.0 section 4.1.8): plays the prompts and listens, until an input is
 * complete, the time is out, or the caller hangs up. Resolves when nothing plays any more.
 */
export async function collect(
  interpreter: Interpreter,
  grammars: readonly ListeningGrammar[],
  settings: CollectSettings,
): Promise<Collected> {
  const modes = new Set(grammars.map(({ active }) => active.grammar.mode))
  interpreter.note({
    kind: 'listen',
    modes: [...modes].sort(),
    ...optional('timeoutMs', settings.timeoutMs),
  })
  const listening = askPlatform(interpreter, grammars, settings)
  try {
    return await new Collection(interpreter, grammars, settings).run()
  } finally {
    listening?.stop()
  }
}

function askPlatform(
  { platform }: Interpreter,
  grammars: readonly ListeningGrammar[],
  settings: CollectSettings,
): Listening | undefined {
  const heard = grammars.filter(({ active }) => settings.modes[active.grammar.mode])
  const voice = heard.filter(({ active }) => active.grammar.mode === 'voice')
  const languages = voice.map(({ active }) => active.grammar.language).filter((tag) => tag !== '')
  const last = settings.prompts.at(-1)?.bargeinType
  return platform.listen?.({
    modes: [...new Set(heard.map(({ active }) => active.grammar.mode))].sort(),
    languages: [...new Set(languages)],
    hotword: last === undefined ? settings.hotword : last === 'hotword',
    completeTimeoutMs: settings.completeTimeoutMs,
    incompleteTimeoutMs: settings.incompleteTimeoutMs,
    maxSpeechTimeoutMs: settings.maxSpeechTimeoutMs,
    confidenceLevel: settings.confidenceLevel,
    sensitivity: settings.sensitivity,
    speedVsAccuracy: settings.speedVsAccuracy,
    maxNBest: settings.maxNBest,
    ...optional('recordUtterance', settings.recordUtterance),
  })
}

class Collection {
  readonly #interpreter: Interpreter
  readonly #settings: CollectSettings
  readonly #dtmf: readonly ListeningGrammar[]
  readonly #voice: readonly ListeningGrammar[]
  readonly #prompts: Prompt[]
  readonly #done: PromiseWithResolvers<Collected> = Promise.withResolvers()
  #finished = false
  #playing: { readonly prompt: Prompt; readonly playback: Playback } | undefined
  /** Of the prompt that plays, or else of the last one. */
  #hotword: boolean
  #mark: { readonly name: string; readonly passedAt: number } | undefined
  #silentAt = 0
  /** Of the input before; gone with the first key. */
  #lateTermchar: Interpreter['lateTermchar']
  /** The keys that come now were pressed before. */
  #isTypedAhead = false
  #state = DTMF_START
  /** Runs to `noinput`. */
  #silence: Timer | undefined
  /** Ends what is being keyed in or said. */
  #pause: Timer | undefined
  /** Runs to `maxspeechtimeout`. */
  #speech: Timer | undefined

  constructor(
    interpreter: Interpreter,
    grammars: readonly ListeningGrammar[],
    settings: CollectSettings,
  ) {
    this.#interpreter = interpreter
    this.#settings = settings
    this.#dtmf = grammars.filter(({ active }) => active.grammar.mode === 'dtmf')
    this.#voice = grammars.filter(({ active }) => active.grammar.mode === 'voice')
    this.#prompts = [...settings.prompts]
    this.#hotword = isHotword(settings.prompts[0], settings)
  }

  async run(): Promise<Collected> {
    const { input } = this.#interpreter
    // A prompt without barge-in deletes what was typed ahead (section 4.1.8).
    if (this.#prompts.some((prompt) => !prompt.bargein)) input.dropKeys()
    this.#lateTermchar = this.#interpreter.lateTermchar
    this.#interpreter.lateTermchar = undefined
    // What was typed ahead barges in before a word is said.
    this.#isTypedAhead = true
    input.listen((event) => this.#guard(() => this.#receive(event)))
    this.#isTypedAhead = false
    this.#guard(() => this.#takeEvent())
    this.#guard(() => this.#playNext())
    let collected: Collected
    try {
      collected = await this.#done.promise
    } finally {
      this.#finished = true
      for (const timer of [this.#silence, this.#pause, this.#speech]) timer?.cancel()
      input.stopListening()
      await this.#stopPlaying()
    }
    return this.#marked(collected)
  }

  /** VoiceXML 2.1 section 4: the last mark before the barge-in or the end of what was played. */
  #marked(collected: Collected): Collected {
    if (this.#mark === undefined) return collected
    const elapsedMs = Math.max(0, Math.round(this.#silentAt - this.#mark.passedAt))
    const mark = { name: this.#mark.name, elapsedMs }
    if (collected.kind === 'utterance') {
      return { ...collected, utterance: { ...collected.utterance, mark } }
    }
    if (collected.kind !== 'nomatch') return collected
    return { ...collected, heard: { ...collected.heard, mark } }
  }

  /** What is thrown in a timer or an event of the caller ends the collection, not the process. */
  #guard(work: () => void): void {
    if (this.#finished) return
    try {
      work()
    } catch (thrown) {
      this.#finished = true
      this.#done.reject(thrown)
    }
  }

  #playNext(): void {
    const prompt = this.#prompts.shift()
    if (prompt === undefined) {
      this.#playing = undefined
      return this.#promptsOver()
    }
    const playback = this.#interpreter.platform.play(prompt)
    this.#playing = { prompt, playback }
    this.#hotword = isHotword(prompt, this.#settings)
    playback.ended.then(
      (end) => {
        this.#heardUntil(end)
        if (this.#playing?.playback === playback) this.#guard(() => this.#playNext())
      },
      (thrown: unknown) => this.#done.reject(thrown),
    )
  }

  #takeEvent(): void {
    const { wantsEvent } = this.#settings
    if (wantsEvent === undefined) return
    const taken = this.#interpreter.input.takeEvent(wantsEvent)
    if (taken !== undefined) this.#finish({ kind: 'event', ...taken })
  }

  /** The timeout runs from the end of the last prompt (section 4.1.7). */
  #promptsOver(): void {
    const { activity, timeoutMs } = this.#settings
    if (activity !== undefined) {
      activity().then(
        () => this.#guard(() => this.#finish({ kind: 'over' })),
        (thrown: unknown) => this.#done.reject(thrown),
      )
    } else if (timeoutMs !== undefined && (this.#hotword || !this.#isTaking)) {
      this.#silence = this.#timer(timeoutMs, () => this.#finish({ kind: 'noinput' }))
    }
  }

  get #isTaking(): boolean {
    return this.#state.kind !== 'listening' || this.#speech !== undefined
  }

  #heardUntil({ mark }: PlaybackEnd): void {
    this.#silentAt = this.#interpreter.platform.clock.monotonic()
    if (mark === undefined) return
    this.#mark = { name: mark.name, passedAt: this.#silentAt - mark.elapsedMs }
  }

  #receive(event: InputEvent): void {
    if (event.kind === 'hangup') return this.#finish({ kind: 'hangup' })
    if (event.kind === 'event') return this.#takeEvent()
    // Not heard while a prompt plays that may not be interrupted (section 4.1.5).
    if (this.#playing?.prompt.bargein === false) return
    if (!this.#settings.modes[event.kind === 'key' ? 'dtmf' : 'voice']) return
    if (event.kind === 'key' && this.#isLateTermchar(event.key)) return
    if (!this.#hotword || this.#beginsActivity(event)) {
      // "Barge-in during any prompt in a sequence": all that follow are left out.
      this.#prompts.length = 0
      this.#silence?.cancel()
      this.#playing?.playback.stop()
    }
    switch (event.kind) {
      case 'key':
        return this.#step({ kind: 'key', key: event.key })
      case 'speech-started':
        return this.#speaking()
      case 'speech-partial':
        return this.#hear(event.text)
      case 'speech':
        return this.#recognize(event)
    }
  }

  /**
   * Departs from section 4.1.8, which keeps every key for the next input: because callers end also such
   * inputs with the `termchar` as are complete without it, and would not be understood in the next one.
   */
  #isLateTermchar(key: string): boolean {
    const late = this.#lateTermchar
    this.#lateTermchar = undefined
    if (late?.key !== key) return false
    const now = this.#interpreter.platform.clock.monotonic()
    const isSoon = this.#isTypedAhead || now <= late.untilMs
    const written = this.#dtmf.filter(({ active }) => active.grammar !== ANY_KEY_GRAMMAR)
    return isSoon && judge(written, key) === 'none'
  }

  #beginsActivity({ kind }: InputEvent): boolean {
    if (this.#settings.speechBegins !== true || kind !== 'speech-started') return false
    return this.#playing !== undefined && this.#playing.prompt.bargeinType !== 'hotword'
  }

  #step(input: DtmfInput): void {
    const settings = { ...this.#settings, judge: (keys: string) => judge(this.#dtmf, keys) }
    const { state, timerMs } = transition(this.#state, input, settings)
    if (this.#hotword && (state.kind === 'invalid' || (state.kind === 'done' && !state.matched))) {
      return this.#forget(state.keys, input)
    }
    this.#state = state
    if (state.kind === 'done') {
      this.#expectTermchar(input)
      const keys = [{ tokens: [...state.keys], confidence: 1 }]
      const utterance = state.matched ? this.#understand(this.#dtmf, keys) : undefined
      const { keys: text } = state
      this.#conclude(utterance, { mode: 'dtmf', text, value: text, confidence: 0 })
    } else if (timerMs !== undefined) {
      this.#setPause(timerMs, () => this.#step({ kind: 'timer' }))
    }
  }

  #expectTermchar(last: DtmfInput): void {
    const { termchar: key, interdigitTimeoutMs } = this.#settings
    if (key === '' || last.kind !== 'key' || last.key === key) return
    const untilMs = this.#interpreter.platform.clock.monotonic() + interdigitTimeoutMs
    this.#interpreter.lateTermchar = { key, untilMs }
  }

  /** Section 4.1.5.1: "Input that does not match a grammar is ignored"; a key may begin anew. */
  #forget(keys: string, input: DtmfInput): void {
    this.#pause?.cancel()
    this.#state = DTMF_START
    if (input.kind === 'key' && keys.length > 1) this.#step(input)
  }

  /** Section 6.3.2, `maxspeechtimeout`. */
  #speaking(): void {
    if (this.#hotword) return
    this.#speech ??= this.#timer(this.#settings.maxSpeechTimeoutMs, () =>
      this.#finish({ kind: 'maxspeechtimeout' }),
    )
  }

  /** Appendix D.2: how long a silence ends it depends on whether more could be said. */
  #hear(text: string): void {
    this.#speaking()
    const { completeTimeoutMs, incompleteTimeoutMs } = this.#settings
    const active = this.#voice.map((grammar) => grammar.active)
    const isComplete = matchTokens(active, wordsOf(text)).kind === 'match'
    const delayMs = isComplete ? completeTimeoutMs : incompleteTimeoutMs
    this.#setPause(delayMs, () => this.#recognize({ kind: 'speech', text }))
  }

  #recognize(event: Extract<CallerEvent, { kind: 'speech' }>): void {
    this.#pause?.cancel()
    const { text, confidence = 1, alternatives = [] } = event
    const heard = [{ text, confidence }, ...alternatives].map((hypothesis) => ({
      tokens: wordsOf(hypothesis.text),
      confidence: hypothesis.confidence,
    }))
    const recording = this.#keepRecording(event)
    const utterance = this.#understand(this.#voice, heard)
    this.#conclude(utterance === undefined ? undefined : { ...utterance, ...recording }, {
      ...{ mode: 'voice', text, value: text, confidence },
      ...recording,
    })
  }

  #keepRecording({
    recording,
  }: Extract<CallerEvent, { kind: 'speech' }>): Pick<Heard, 'recording'> {
    if (this.#settings.recordUtterance === undefined) return {}
    if (recording !== undefined) this.#interpreter.recordings.add(recording)
    return { recording: recording ?? null }
  }

  #understand(
    grammars: readonly ListeningGrammar[],
    hypotheses: Parameters<typeof understand>[1],
  ): Utterance | undefined {
    return understand(grammars, hypotheses, this.#settings, this.#interpreter.scripts)
  }

  #conclude(utterance: Utterance | undefined, heard: Heard): void {
    if (utterance !== undefined) return this.#finish({ kind: 'utterance', utterance })
    if (!this.#hotword) this.#finish({ kind: 'nomatch', heard })
  }

  #setPause(delayMs: number, fire: () => void): void {
    this.#pause?.cancel()
    this.#pause = this.#timer(delayMs, fire)
  }

  #timer(delayMs: number, fire: () => void): Timer {
    return this.#interpreter.platform.clock.setTimer(delayMs, () => this.#guard(fire))
  }

  #finish(collected: Collected): void {
    if (collected.kind !== 'noinput') this.#interpreter.budget.noteProgress()
    this.#finished = true
    // At once: the next key belongs to the next input.
    this.#interpreter.input.stopListening()
    this.#done.resolve(collected)
  }

  async #stopPlaying(): Promise<void> {
    const playing = this.#playing
    this.#playing = undefined
    if (playing === undefined) return
    playing.playback.stop()
    this.#heardUntil(await playing.playback.ended)
  }
}

function isHotword(prompt: Prompt | undefined, { hotword, activity }: CollectSettings): boolean {
  if (activity !== undefined) return true
  return prompt?.bargeinType === undefined ? hotword : prompt.bargeinType === 'hotword'
}

function judge(grammars: readonly ListeningGrammar[], keys: string): MatchKind {
  const active = grammars.map((grammar) => grammar.active)
  return matchTokens(active, [...keys]).kind
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
