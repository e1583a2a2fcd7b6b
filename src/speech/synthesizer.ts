import type { Service } from '#base'
import type { VoiceHint } from '#vxml'

/** A text-to-speech engine. Others than flite stand beside it by answering this. */
export interface SpeechSynthesizer extends Service {
  /** Part of every cache key. */
  readonly name: string
  /** The nearest that the engine has to what was asked for. Never fails: some voice always speaks. */
  chooseVoice(hint: VoiceHint | undefined, language: string): EngineVoice
  /**
   * Speech without silence at its ends, mono, peak at −6 dBFS; empty where the text has nothing to say.
   * `text` is plain: the engine gives no meaning to markup in it. `sampleRate`: Hz, default 8000.
   * Rejects with `OutdialError`: `speech-text-too-long`, `speech-failed`, `speech-timeout`,
   * `speech-overloaded`, `speech-stopped`.
   */
  synthesize(text: string, voice: EngineVoice, sampleRate?: number): Promise<Int16Array>
}

export interface EngineVoice {
  readonly name: string
  /** Of the voice's normal speed: 2 = twice as fast. */
  readonly rate: number
}

/** The longest text for one `synthesize`, in characters. `splitSentences` cuts to size. */
export const UTTERANCE_LIMIT = 400
