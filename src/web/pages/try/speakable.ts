/** The voice is asked for no more at once. */
const MOST_CHARACTERS = 500

/** A text in pieces for the voice, each as many sentences or words as it takes. */
export function speakable(text: string): string[] {
  const pieces: string[] = []
  let rest = text.trim()
  while (rest.length > MOST_CHARACTERS) {
    const piece = firstPiece(rest)
    pieces.push(piece.trim())
    rest = rest.slice(piece.length).trim()
  }
  return rest === '' ? pieces : [...pieces, rest]
}

function firstPiece(text: string): string {
  const most = text.slice(0, MOST_CHARACTERS)
  const sentences = /^[\s\S]*[.!?](?=\s)/.exec(most)?.[0]
  const words = /^[\s\S]*\S(?=\s)/.exec(most)?.[0]
  // A pair of surrogates is one character.
  return sentences ?? words ?? most.replace(/[\ud800-\udbff]$/, '')
}
