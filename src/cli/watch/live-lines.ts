/** Lines on a terminal that are drawn again where they stand. */
export class LiveLines {
  readonly #terminal: NodeJS.WriteStream
  #height = 0

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal
  }

  get columns(): number {
    return this.#terminal.columns || 80
  }

  get rows(): number {
    return Math.max(1, (this.#terminal.rows || 25) - 1)
  }

  /** None may be longer than `columns`, or it would take two. In one write, so that nothing flickers. */
  draw(lines: readonly string[]): void {
    const seen = lines.slice(0, this.rows)
    const up = this.#height === 0 ? '' : `\x1b[${this.#height}A`
    this.#terminal.write(`${up}\r\x1b[J${seen.map((line) => `${line}\n`).join('')}`)
    this.#height = seen.length
  }
}
