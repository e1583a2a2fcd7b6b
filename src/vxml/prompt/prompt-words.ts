import type { PromptPart } from '../platform.ts'

/**
 * What of a prompt is spoken, piece by piece. `isAudio`: whether the audio at that address can be played;
 * else its fallback is said.
 */
export function promptWords(
  parts: readonly PromptPart[],
  isAudio: (uri: string) => boolean,
): string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'text' || part.kind === 'say-as') return [part.text]
    return part.kind === 'audio' && !isAudio(part.uri) ? promptWords(part.fallback, isAudio) : []
  })
}
