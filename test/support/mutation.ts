import type { Random } from '#base'

/** Numbers that have broken parsers before. */
const NUMBERS = ['0', '-1', '255', '65535', '65536', '2147483647', '2147483648', '4294967296']
const LONG_NUMBERS = ['99999999999999999999', '1e308', '0x10', '００']
const CHARACTERS = [
  '\0',
  '\r',
  '\n',
  '\t',
  ' ',
  '"',
  '\\',
  '<',
  '>',
  ',',
  ';',
  ':',
  '=',
  '%',
  '@',
  '[',
]
const ANYWHERE = [
  ...NUMBERS,
  ...LONG_NUMBERS,
  ...CHARACTERS,
  '\r\n',
  '\r\n\r\n',
  '%00',
  '%zz',
  'é',
  '\u{ff}',
]
/** A piece is repeated as often as fits: what is quadratic shows. */
const MOST_BYTES = 60_000

/** Chance for millions of small choices. */
export class Dice {
  readonly #random: Random
  #pool: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** From 0 to `count - 1`. */
  below(count: number): number {
    if (this.#at + 4 > this.#pool.length) {
      this.#pool = this.#random.bytes(1024)
      this.#at = 0
    }
    const value = this.#pool.readUInt32LE(this.#at)
    this.#at += 4
    return value % count
  }

  pick<One>(values: readonly One[]): One {
    return values[this.below(values.length)]!
  }
}

/** A valid input, damaged in one to six places. `words`: what means something to the parser. */
export function mutate(
  dice: Dice,
  corpus: readonly Uint8Array[],
  words: readonly string[],
): Uint8Array {
  let bytes: Uint8Array = dice.pick(corpus)
  const rounds = 1 + Math.min(dice.below(6), dice.below(6))
  for (let round = 0; round < rounds; round++) {
    const change = dice.pick(CHANGES)
    bytes = change(bytes, dice, { corpus, words }).subarray(0, MOST_BYTES)
  }
  return bytes
}

interface Stock {
  readonly corpus: readonly Uint8Array[]
  readonly words: readonly string[]
}

type Change = (bytes: Uint8Array, dice: Dice, stock: Stock) => Uint8Array

const CHANGES: readonly Change[] = [
  (bytes, dice) => withByte(bytes, dice.below(bytes.length + 1), dice.below(256)),
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1)
    return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << dice.below(8)))
  },
  (bytes, dice) => replace(bytes, ...range(bytes, dice), new Uint8Array()),
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => insert(bytes, dice.below(bytes.length + 1), text(dice.pick(ANYWHERE))),
  (bytes, dice, { words }) =>
    insert(bytes, dice.below(bytes.length + 1), text(words.length > 0 ? dice.pick(words) : '')),
  (bytes, dice, { words }) =>
    replace(bytes, ...range(bytes, dice), text(words.length > 0 ? dice.pick(words) : '')),
  (bytes, dice) => {
    const [from, to] = range(bytes, dice)
    return insert(bytes, dice.below(bytes.length + 1), bytes.subarray(from, to))
  },
  (bytes, dice, { corpus }) => {
    const other = dice.pick(corpus)
    const [from, to] = range(other, dice)
    return insert(bytes, dice.below(bytes.length + 1), other.subarray(from, to))
  },
  (bytes, dice, { corpus }) => {
    const other = dice.pick(corpus)
    const head = bytes.subarray(0, dice.below(bytes.length + 1))
    return Buffer.concat([head, other.subarray(dice.below(other.length + 1))])
  },
  repeatPiece,
  changeNumber,
  changeLines,
]

/** Sometimes a few times, sometimes until nothing more fits. */
function repeatPiece(bytes: Uint8Array, dice: Dice): Uint8Array {
  const [from, to] = range(bytes, dice)
  const piece = bytes.subarray(from, Math.min(to, from + 64))
  if (piece.length === 0) return bytes
  const room = Math.floor((MOST_BYTES - bytes.length) / piece.length)
  const times = dice.below(20) === 0 ? room : Math.min(room, 1 + dice.below(12))
  return insert(bytes, to, Buffer.concat(new Array(Math.max(0, times)).fill(piece)))
}

function changeNumber(bytes: Uint8Array, dice: Dice): Uint8Array {
  const digits = [...Buffer.from(bytes).toString('latin1').matchAll(/\d+/g)]
  if (digits.length === 0) return bytes
  const match = dice.pick(digits)
  const number = text(dice.pick([...NUMBERS, ...LONG_NUMBERS]))
  return replace(bytes, match.index, match.index + match[0].length, number)
}

/** One line goes, comes twice, or stands elsewhere. */
function changeLines(bytes: Uint8Array, dice: Dice): Uint8Array {
  const lines = Buffer.from(bytes).toString('latin1').split('\r\n')
  const [line = ''] = lines.splice(dice.below(lines.length), 1)
  for (let copies = dice.below(3); copies > 0; copies--) {
    lines.splice(dice.below(lines.length + 1), 0, line)
  }
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

function range(bytes: Uint8Array, dice: Dice): [from: number, to: number] {
  const from = dice.below(bytes.length + 1)
  return [from, Math.min(bytes.length, from + dice.below(1 << (1 + dice.below(7))))]
}

function withByte(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  return replace(bytes, at, Math.min(bytes.length, at + 1), Uint8Array.of(byte))
}

function insert(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  return replace(bytes, at, at, piece)
}

function replace(bytes: Uint8Array, from: number, to: number, piece: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)])
}

function text(words: string): Uint8Array {
  return Buffer.from(words, 'utf8')
}
