/** RFC 3711 section 3.3.2 asks for 64 at least. */
const WINDOW = 128

/** Which packet indices were seen: none is let through twice, and none that is older than the window. */
export class ReplayWindow {
  readonly #seen = new Float64Array(WINDOW).fill(-1)
  #highest = -1

  isNew(index: number): boolean {
    return index > this.#highest - WINDOW && this.#seen[index % WINDOW] !== index
  }

  note(index: number): void {
    this.#seen[index % WINDOW] = index
    this.#highest = Math.max(this.#highest, index)
  }
}
