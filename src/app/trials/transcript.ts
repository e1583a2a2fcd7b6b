import type { Trial, TrialMove, TrialTurn } from '#api'
import type { TrialTold } from './trial-question.ts'

const MOST_TURNS = 200
const MOST_EVENTS = 2000
const MOST_CHARACTERS = 1 << 20

interface Kept {
  readonly turn: TrialTurn
  /** Of its JSON. */
  readonly characters: number
}

/** All that happened in a dialogue that is tried; of a long one the newest turns, and the last in any case. */
export class Transcript {
  readonly #kept: Kept[] = []
  #leftOut = 0
  #standing: Pick<TrialTold, 'waiting' | 'variables'> = { waiting: null }

  /** `move`: absent of what came before the first. */
  add(move: TrialMove | undefined, told: TrialTold): void {
    const { events, events_left_out, ...standing } = told
    const turn = { ...(move === undefined ? {} : { move }), events, events_left_out }
    this.#kept.push({ turn, characters: JSON.stringify(turn).length })
    this.#standing = standing
    while (this.#kept.length > 1 && this.#isTooLong()) {
      this.#kept.shift()
      this.#leftOut += 1
    }
  }

  get waiting(): Trial['waiting'] {
    return this.#standing.waiting
  }

  read(): Pick<Trial, 'turns' | 'turns_left_out' | 'waiting' | 'variables'> {
    const turns = this.#kept.map(({ turn }) => turn)
    return { turns, turns_left_out: this.#leftOut, ...this.#standing }
  }

  #isTooLong(): boolean {
    const events = this.#kept.reduce((sum, { turn }) => sum + turn.events.length, 0)
    const characters = this.#kept.reduce((sum, one) => sum + one.characters, 0)
    return this.#kept.length > MOST_TURNS || events > MOST_EVENTS || characters > MOST_CHARACTERS
  }
}
