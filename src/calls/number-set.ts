import { assert } from '#base'

const FIRST_SLOTS = 1 << 12

/**
 * The numbers that a list has had so far: 16 bytes or less each, where a `Set` of texts would take ten
 * times as much of a list of a million. Open addressing with linear probing; 0 is an empty slot.
 */
export class NumberSet {
  #slots = new Float64Array(FIRST_SLOTS)
  #size = 0

  /** `destination` in E.164, at most 15 digits, and so exact as a number. True: it was not there yet. */
  add(destination: string): boolean {
    const number = Number(destination.slice(1))
    assert(Number.isSafeInteger(number) && number > 0, 'a destination is + and digits')
    if (!insert(this.#slots, number)) return false
    this.#size += 1
    if (this.#size * 2 > this.#slots.length) this.#grow()
    return true
  }

  #grow(): void {
    const grown = new Float64Array(this.#slots.length * 2)
    for (const number of this.#slots) if (number !== 0) insert(grown, number)
    this.#slots = grown
  }
}

function insert(slots: Float64Array, number: number): boolean {
  const mask = slots.length - 1
  let at = hash(number) & mask
  for (;;) {
    const found = slots[at]
    if (found === number) return false
    if (found === 0) break
    at = (at + 1) & mask
  }
  slots[at] = number
  return true
}

/** Neighbouring numbers, the commonest of lists, must not come to lie in one run: Knuth's multiplication. */
function hash(number: number): number {
  const low = number % 0x1_0000_0000
  const high = (number - low) / 0x1_0000_0000
  return (Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1) >>> 5) | 0
}
