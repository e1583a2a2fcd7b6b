import type { PromptPart } from '../platform.ts'

/**
 * Neighbouring words of one voice are one run: a synthesiser speaks it as one sentence. Ends of
 * sentences and paragraphs part what is said; at the end of it all, or twice, they say nothing.
 */
export function joinParts(parts: readonly PromptPart[]): PromptPart[] {
  const joined: PromptPart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (isRun(part) && last !== undefined && isRun(last) && sameVoice(part, last)) {
      joined[joined.length - 1] = { ...last, text: last.text + part.text }
    } else {
      joined.push(part)
    }
  }
  const spoken = joined
    .map((part) =>
      part.kind === 'text' ? { ...part, text: part.text.replace(/\s+/g, ' ').trim() } : part,
    )
    .filter((part) => part.kind !== 'text' || part.text !== '' || part.phoneme !== undefined)
  return spoken.filter((part, index) => !isBoundary(part) || partsWhatFollows(spoken, index))
}

type TextPart = Extract<PromptPart, { kind: 'text' }>

function isRun(part: PromptPart): part is TextPart {
  return part.kind === 'text' && part.phoneme === undefined
}

function sameVoice(one: TextPart, other: TextPart): boolean {
  return JSON.stringify(one.voice) === JSON.stringify(other.voice)
}

function isBoundary(part: PromptPart): boolean {
  return part.kind === 'break' && part.boundary !== undefined
}

/** Of several boundaries in a row the last, outermost one counts. */
function partsWhatFollows(spoken: readonly PromptPart[], index: number): boolean {
  const next = spoken[index + 1]
  return next !== undefined && !isBoundary(next)
}
