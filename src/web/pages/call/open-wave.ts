/** Of RIFF: no recording of ours has a longer head before its samples begin. */
const MOST_HEAD = 256
const CHUNK_HEADER_BYTES = 8

export interface OpenWave {
  /** Octets of samples, as the head tells it. */
  readonly dataBytes: number
  /** The samples, as they come. */
  readonly pieces: AsyncIterable<Uint8Array>
}

/** Reads the head of a WAV file; one without samples has none. */
export async function openWave(wave: ReadableStream<Uint8Array>): Promise<OpenWave> {
  const pieces = wave[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  for (;;) {
    const data = head.indexOf('data')
    if (data >= 0 && head.length >= data + CHUNK_HEADER_BYTES) {
      const rest = head.subarray(data + CHUNK_HEADER_BYTES)
      return { dataBytes: head.readUInt32LE(data + 4), pieces: after(rest, pieces) }
    }
    const next = await pieces.next()
    if (next.done === true || head.length > MOST_HEAD)
      return { dataBytes: 0, pieces: after(head, pieces) }
    head = Buffer.concat([head, next.value])
  }
}

async function* after(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  yield* { [Symbol.asyncIterator]: () => rest }
}
