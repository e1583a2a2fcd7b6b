import { createInterface, type Interface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Move, TryEvent } from '#app'
import { describeEvent } from './describe-event.ts'
import { HINTS, readMove } from './read-move.ts'

/** A dialogue for people: prompts as text, moves typed. */
export class Terminal {
  readonly #output: Writable
  readonly #lines: Interface
  readonly #typed: AsyncIterator<string>
  /** The input has ended; what was typed before may still wait to be read. */
  #isClosed = false

  constructor(input: Readable, output: Writable) {
    this.#output = output
    this.#lines = createInterface({ input, output: output as NodeJS.WritableStream })
    this.#typed = this.#lines[Symbol.asyncIterator]()
    this.#lines.on('close', () => {
      this.#isClosed = true
    })
    this.#lines.pause()
  }

  show(event: TryEvent): void {
    const line = describeEvent(event)
    if (line !== undefined) this.#output.write(`${line}\n`)
    if (event.event === 'end') this.#lines.close()
  }

  /** Asks until something is typed that can be done here; the end of the input is a hang-up. */
  async ask(point: 'listen' | 'record' | 'transfer'): Promise<Move> {
    for (;;) {
      this.#prompt(`${styleText('dim', HINTS[point])} > `)
      const { value, done } = await this.#typed.next()
      if (!this.#isClosed) this.#lines.pause()
      if (done === true) {
        this.#output.write('\n')
        return { kind: 'hangup' }
      }
      const move = readMove(value, point)
      if (typeof move !== 'string') return move
      this.#output.write(`${move}\n`)
    }
  }

  #prompt(text: string): void {
    if (this.#isClosed) return void this.#output.write(text)
    this.#lines.setPrompt(text)
    this.#lines.prompt()
  }
}
