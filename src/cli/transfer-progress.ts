const LOOK_EVERY_MS = 250
const QUIET_MS = 1_000
const MEBIBYTE = 2 ** 20

/** How far a transfer is, on a terminal from its first second on; its line is gone at the end. */
export class TransferProgress {
  readonly #terminal: NodeJS.WriteStream
  readonly #totalBytes: number | undefined
  #bytes = 0
  #timer: NodeJS.Timeout | undefined

  /** Without `totalBytes` nobody knows how much it will be. */
  constructor(totalBytes?: number, terminal: NodeJS.WriteStream = process.stderr) {
    this.#totalBytes = totalBytes
    this.#terminal = terminal
  }

  get bytes(): number {
    return this.#bytes
  }

  /** What goes through it is counted. */
  count(): TransformStream<Uint8Array, Uint8Array> {
    if (this.#terminal.isTTY === true) this.#showBySteps()
    return new TransformStream({
      transform: (piece, next) => {
        this.#bytes += piece.byteLength
        next.enqueue(piece)
      },
    })
  }

  end(): void {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#terminal.write('\r\x1b[K')
  }

  #showBySteps(): void {
    let passedMs = 0
    this.#timer = setInterval(() => {
      passedMs += LOOK_EVERY_MS
      if (passedMs >= QUIET_MS) this.#terminal.write(`\r\x1b[K${this.#line()}`)
    }, LOOK_EVERY_MS)
  }

  #line(): string {
    const sent = `${(this.#bytes / MEBIBYTE).toFixed(1)} MiB`
    if (this.#totalBytes === undefined) return sent
    const total = `${(this.#totalBytes / MEBIBYTE).toFixed(1)} MiB`
    if (this.#bytes >= this.#totalBytes) return `${total} sent; the server finishes`
    return `${sent} of ${total}, ${Math.floor((100 * this.#bytes) / this.#totalBytes)} %`
  }
}
