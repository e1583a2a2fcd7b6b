import { capturedBytes, writeCaptured } from '../packet-capture.ts'
import type { MediaAddress } from '../sdp/negotiation.ts'
import { systemMonotonicMs } from './messages.ts'

/** So much is handed over at once. */
const PIECE_BYTES = 64 << 10

/** Copies the packets of one stream, until they are so many octets; the others are counted. */
export class Capturer {
  readonly #maxBytes: number
  readonly #report: (piece: Uint8Array<ArrayBuffer>, leftOut: number) => void
  #piece = new Uint8Array(0)
  #filled = 0
  #bytes = 0
  #leftOut = 0

  constructor(maxBytes: number, report: (piece: Uint8Array<ArrayBuffer>, leftOut: number) => void) {
    this.#maxBytes = maxBytes
    this.#report = report
  }

  note(
    sent: boolean,
    { remote, ownPort }: { readonly remote: MediaAddress | undefined; readonly ownPort: number },
    bytes: Uint8Array,
  ): void {
    if (remote === undefined) return
    const size = capturedBytes(remote, bytes.length)
    if (this.#bytes + size > this.#maxBytes) {
      this.#leftOut++
      return
    }
    this.#bytes += size
    if (this.#filled + size > this.#piece.length) {
      this.flush()
      this.#piece = new Uint8Array(PIECE_BYTES)
    }
    const to = this.#piece.subarray(this.#filled)
    writeCaptured(to, { atMs: systemMonotonicMs(), sent, remote, ownPort, bytes })
    this.#filled += size
  }

  /** Hands over what there is. */
  flush(): void {
    if (this.#filled > 0 || this.#leftOut > 0) {
      this.#report(this.#piece.slice(0, this.#filled), this.#leftOut)
    }
    this.#filled = 0
    this.#leftOut = 0
    this.#piece = new Uint8Array(0)
  }
}
