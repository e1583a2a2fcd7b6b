import { meanSquare } from '../pcm.ts'
import { beepIn, isKey } from './beep-check.ts'
import { type NetworkTone, NetworkTones } from './network-tones.ts'
import { SpeechTiming } from './speech-timing.ts'
import { ToneRun } from './tone-run.ts'
import { ToneSpectrum } from './tone-spectrum.ts'

/** Who or what answered. */
export interface CalleeVerdict {
  readonly type: 'voice' | 'answeringmachine' | 'fax' | 'unknown'
  readonly kind: CalleeKind
  /** 0 to 1. */
  readonly confidence: number
  /** From the first frame heard, milliseconds. */
  readonly afterMs: number
}

/** What made the type known; of `unknown` also why nothing more is. */
export type CalleeKind =
  | 'person'
  /** More words than a person says before waiting for an answer. */
  | 'greeting'
  | 'beep'
  | NetworkTone
  | 'silence'

export interface CalleeListener {
  /** Once, within 3.9 s of audio. */
  onVerdict(verdict: CalleeVerdict): void
  /** After the verdict that it is a machine: a beep is over that was so long. */
  onBeep(durationMs: number): void
}

const FRAME_MS = 20
/** The interface promises an answer within 4 s, and what is heard has been on its way. */
const LAST_MS = 3900
/** Most calls are to be decided within 2 s: at this moment less will do, of a phrase and of a pause. */
const HURRY_MS = 1960
const HURRIED_PHRASE = 0.8
const HURRIED_WAIT = 0.6
/** A person who has spoken waits for an answer somewhat longer than that, and within these bounds. */
const WAIT_SHARE = 1.4
const LEAST_WAIT_MS = 680
const MOST_WAIT_MS = 1000
/** Who is called says no more than that without a pause for breath, and in all. */
const PHRASE_MS = 1060
const GREETING_MS = 2600
/** Of who still speaks at the last moment. */
const LATE_GREETING_MS = 1700
/** People rarely say as little as that and then no more than that. */
const FEW_WORDS_MS = 700
/** For so long a machine's beep is waited for. */
const BEEP_WAIT_MS = 60_000
/** Some machines beep several times. */
const NEXT_BEEP_MS = 2000

/**
 * Listens to one answered call: fax and information tones, a machine's beep, and how somebody speaks and
 * pauses. What people say does not come into it, so announcements and call screening by a recorded
 * voice are machines. Nothing is allocated but the verdict.
 */
export class CalleeDetector {
  readonly #listener: CalleeListener
  readonly #spectrum = new ToneSpectrum()
  readonly #run = new ToneRun()
  readonly #tones = new NetworkTones()
  readonly #timing = new SpeechTiming(LAST_MS)
  #elapsedMs = 0
  /** When there is nothing more to listen for. */
  #untilMs = LAST_MS
  #isDecided = false
  #hadBeep = false

  constructor(listener: CalleeListener) {
    this.#listener = listener
  }

  /** There is nothing more to listen for. */
  get isOver(): boolean {
    return this.#elapsedMs >= this.#untilMs
  }

  /** 20 ms at 8 kHz. */
  hear(frame: Int16Array): void {
    if (this.isOver) return
    this.#elapsedMs += FRAME_MS
    const power = meanSquare(frame)
    this.#spectrum.hear(frame, power)
    this.#run.follow(this.#spectrum, power)
    if (!this.#isDecided) this.#decide(power)
    if (this.#isDecided) this.#awaitBeep()
  }

  #decide(power: number): void {
    const run = this.#run
    const timing = this.#timing
    timing.hear(power, run.isOn ? run.durationMs : 0)
    const tone = this.#tones.judge(run)
    if (tone !== undefined) {
      return this.#conclude(tone.startsWith('fax') ? 'fax' : 'unknown', tone, 0.97)
    }
    if (this.#isBeep()) {
      return this.#conclude('answeringmachine', 'beep', timing.hasSpeech ? 0.97 : 0.85)
    }
    const isHurried = this.#elapsedMs === HURRY_MS
    const { spokenMs, longestPhraseMs, silentMs } = timing
    const phraseMs = isHurried ? HURRIED_PHRASE * PHRASE_MS : PHRASE_MS
    if (longestPhraseMs >= phraseMs || spokenMs >= GREETING_MS) {
      return this.#conclude('answeringmachine', 'greeting', isHurried ? 0.85 : 0.95)
    }
    const pauseMs = Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, WAIT_SHARE * spokenMs))
    const waitMs = isHurried ? HURRIED_WAIT * pauseMs : pauseMs
    if (timing.hasSpeech && silentMs >= waitMs && !run.isOn) {
      return this.#conclude('voice', 'person', spokenMs < FEW_WORDS_MS ? 0.97 : 0.9)
    }
    if (this.#elapsedMs >= LAST_MS) this.#decideAtLast()
  }

  /** After words at once; where nobody has spoken, it may still be a fax's tone or the first of three. */
  #isBeep(): boolean {
    const beep = isKey(this.#run) ? 'none' : beepIn(this.#run)
    if (beep === 'sounds' && this.#timing.hasSpeech) return true
    if (beep === 'ended') this.#hadBeep = true
    return this.#hadBeep && !this.#tones.isUnderway
  }

  #decideAtLast(): void {
    const { spokenMs, hasSpeech } = this.#timing
    if (!hasSpeech) return this.#conclude('unknown', 'silence', 0.5)
    if (spokenMs >= LATE_GREETING_MS) return this.#conclude('answeringmachine', 'greeting', 0.7)
    this.#conclude('voice', 'person', 0.7)
  }

  #conclude(type: CalleeVerdict['type'], kind: CalleeKind, confidence: number): void {
    this.#isDecided = true
    const afterMs = this.#elapsedMs
    this.#untilMs = type === 'answeringmachine' ? afterMs + BEEP_WAIT_MS : afterMs
    this.#listener.onVerdict({ type, kind, confidence, afterMs })
  }

  #awaitBeep(): void {
    if (beepIn(this.#run) !== 'ended' || this.isOver) return
    this.#untilMs = Math.min(this.#untilMs, this.#elapsedMs + NEXT_BEEP_MS)
    this.#listener.onBeep(this.#run.endedMs)
  }
}
