/** The largest payload that Ethernet carries; what is longer is no audio of a call. */
export const MAX_PAYLOAD_BYTES = 1500

/** Memory for packets that wait, shared by all streams of a thread: it grows to what is needed at once. */
export class PacketPool {
  readonly #free: Uint8Array[] = []

  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(MAX_PAYLOAD_BYTES)
  }

  give(memory: Uint8Array): void {
    this.#free.push(memory)
  }
}
