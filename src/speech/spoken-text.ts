import { OutdialError } from '#base'
import { UTTERANCE_LIMIT } from './synthesizer.ts'

/** The longest text of one prompt, in characters: about ten minutes of speech. */
export const TEXT_LIMIT = 10_000

/** Throws `speech-text-too-long` where the texts of one prompt are more than it may have. */
export function checkLength(texts: readonly string[]): void {
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  if (length <= TEXT_LIMIT) return
  const sentence = `A prompt has at most ${TEXT_LIMIT} characters of text, this one has ${length}.`
  throw new OutdialError('speech-text-too-long', sentence)
}

/**
 * Text as an English engine can read it: printable ASCII, single spaces. Accents are dropped, signs
 * that have a name get it, control characters and foreign scripts become spaces.
 */
export function normalizeText(text: string): string {
  return text
    .replace(CURRENCY, (_whole, sign: string, amount: string) => `${amount} ${SIGNS[sign]}`)
    .replace(SIGN, (sign) => ` ${SIGNS[sign]} `)
    .replace(/[‘’ʼ′]/g, "'")
    .replace(/[–—―…]/g, ', ')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x21-\x7e]+/g, ' ')
    .replace(/ +(?=[,.;:!?](?: |$))/g, '')
    .trim()
}

/** A text that has anything to say: a letter, a digit, or a sign that is read aloud. */
export function isSpeakable(text: string): boolean {
  return /[A-Za-z0-9@#$%&*+=]/.test(text)
}

/** Sentences, none longer than one utterance may be. Joined by spaces they are the text again. */
export function splitSentences(text: string): string[] {
  const sentences = text.split(/(?<=[.!?]["')]?) (?=["'(]?[A-Z0-9])/)
  return joinShort(sentences).flatMap(cutToSize)
}

const SIGNS: Readonly<Record<string, string>> = {
  '€': 'euros',
  '£': 'pounds',
  '¥': 'yen',
  '°': 'degrees',
  '№': 'number',
  '×': 'times',
  '÷': 'divided by',
  '½': 'and a half',
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
}
const SIGN = /[€£¥°№×÷½]/g
const CURRENCY = /([€£¥]) ?(\d[\d,]*(?:\.\d+)?)/g

const ABBREVIATION = /(?:^|[ (])(?:Dr|Mr|Mrs|Ms|St|No|Prof|Jr|Sr|vs|[A-Z])\.$/

/** Each piece costs a run of the engine: a text of many tiny sentences must not cost thousands. */
const SHORT_CHARACTERS = 24

/** `Dr. Smith` is no end of a sentence, and a short one goes with the next. */
function joinShort(sentences: readonly string[]): string[] {
  const joined: string[] = []
  for (const sentence of sentences) {
    const before = joined.at(-1)
    const goesOn =
      before !== undefined && (before.length < SHORT_CHARACTERS || ABBREVIATION.test(before))
    if (goesOn) joined.splice(-1, 1, `${before} ${sentence}`)
    else joined.push(sentence)
  }
  return joined
}

/** Cuts at the last comma that fits, else at the last space, else in the middle of the word. */
function cutToSize(sentence: string): string[] {
  const pieces: string[] = []
  let rest = sentence
  while (rest.length > UTTERANCE_LIMIT) {
    const head = rest.slice(0, UTTERANCE_LIMIT)
    const comma = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; '), head.lastIndexOf(': '))
    const end = comma > 0 ? comma + 1 : head.lastIndexOf(' ')
    pieces.push(end > 0 ? rest.slice(0, end) : head)
    rest = rest.slice(end > 0 ? end + 1 : UTTERANCE_LIMIT)
  }
  return [...pieces, rest]
}
