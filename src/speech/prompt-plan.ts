import type { PromptPart, VoiceHint } from '#vxml'
import type { AudioClip } from './audio-library.ts'
import { sayAs } from './say-as.ts'
import { checkLength, isSpeakable, normalizeText, splitSentences } from './spoken-text.ts'

/** A part with its audio loaded, or replaced by what is said instead. */
export type LoadedPart =
  | Exclude<PromptPart, { kind: 'audio' }>
  | {
      readonly kind: 'clip'
      readonly clip: AudioClip
      readonly maxDurationMs?: number
    }

/** What a prompt comes down to, in order. */
export type PromptStep =
  | { readonly kind: 'speech'; readonly text: string; readonly voice?: VoiceHint }
  | { readonly kind: 'silence'; readonly durationMs: number }
  | { readonly kind: 'mark'; readonly name: string }
  | {
      readonly kind: 'clip'
      readonly clip: AudioClip
      readonly maxDurationMs?: number
    }

/** Between two sentences, and between two pieces of one. */
const SENTENCE_PAUSE_MS = 350
const PHRASE_PAUSE_MS = 120

/**
 * Joins what is said in one voice, so that it has one melody, and cuts it into sentences, so that those
 * that many prompts share are made once. Throws `speech-text-too-long`.
 */
export function planPrompt(parts: readonly LoadedPart[]): PromptStep[] {
  const texts = parts.filter((part) => part.kind === 'text' || part.kind === 'say-as')
  checkLength(texts.map(({ text }) => text))
  return joinTexts(parts).flatMap((part, index, all): PromptStep[] => {
    if (part.kind === 'break') return [{ kind: 'silence', durationMs: part.durationMs }]
    if (part.kind !== 'text') return [part]
    const steps = speechSteps(part)
    const spokenNext = all.slice(index + 1).find((later) => later.kind !== 'mark')?.kind === 'text'
    return spokenNext && steps.length > 0 ? [...steps, pauseAfter(part.text)] : steps
  })
}

type TextPart = Extract<PromptPart, { kind: 'text' }>
type JoinedPart = Exclude<LoadedPart, { kind: 'say-as' }>

function joinTexts(parts: readonly LoadedPart[]): JoinedPart[] {
  const joined: JoinedPart[] = []
  for (const part of parts) {
    const before = joined.at(-1)
    const next = part.kind === 'say-as' ? spokenAs(part, before) : part
    if (next.kind === 'text' && before?.kind === 'text' && sameVoice(next.voice, before.voice)) {
      joined.splice(-1, 1, { ...before, text: `${before.text} ${next.text}` })
    } else {
      joined.push(next)
    }
  }
  return joined
}

/** A `<say-as>` speaks in the voice of what stands before it. */
function spokenAs(
  part: Extract<PromptPart, { kind: 'say-as' }>,
  before: JoinedPart | undefined,
): TextPart {
  const text = sayAs(part.text, part.interpretAs, part.format)
  const voice = before?.kind === 'text' ? before.voice : undefined
  return { kind: 'text', text, ...(voice !== undefined && { voice }) }
}

function sameVoice(one: VoiceHint | undefined, other: VoiceHint | undefined): boolean {
  return (
    one?.name === other?.name &&
    one?.gender === other?.gender &&
    one?.rate === other?.rate &&
    one?.volume === other?.volume &&
    one?.language === other?.language
  )
}

function speechSteps(part: TextPart): PromptStep[] {
  return splitSentences(normalizeText(part.text))
    .filter(isSpeakable)
    .flatMap((text, index, all): PromptStep[] => {
      const speech: PromptStep = {
        kind: 'speech',
        text,
        ...(part.voice !== undefined && { voice: part.voice }),
      }
      return index === all.length - 1 ? [speech] : [speech, pauseAfter(text)]
    })
}

function pauseAfter(text: string): PromptStep {
  const durationMs = /[.!?]["')]*\s*$/.test(text) ? SENTENCE_PAUSE_MS : PHRASE_PAUSE_MS
  return { kind: 'silence', durationMs }
}
