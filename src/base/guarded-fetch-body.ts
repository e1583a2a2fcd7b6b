import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { OutdialError } from './error.ts'

/** What a request offers; `deflate` is understood as well, since servers send it unasked. */
export const ACCEPT_ENCODING = 'gzip, br'

/** By how much a body may be longer on the wire than inflated: headers and blocks stored as they are. */
const WIRE_SLACK_BYTES = 65_536

/** Of a body that nobody wants so much is read, to keep the connection; a longer one costs it. */
export const UNREAD_BODY_BYTES = 16_384

/**
 * RFC 9110 section 8.4. A stacked coding (`gzip, gzip`) is not among them and is refused: each layer
 * multiplies the work that a small body can ask for, and no real server sends one.
 */
const DECODERS: ReadonlyMap<string, () => Transform | undefined> = new Map<
  string,
  () => Transform | undefined
>([
  ['', () => undefined],
  ['identity', () => undefined],
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['br', () => createBrotliDecompress()],
  ['deflate', () => createInflate()],
])

/**
 * Reads a response's body and undoes its `Content-Encoding`, holding at most `maxBytes` of it. Bytes
 * are counted as they come out of the decoder, 16 KiB at a time, so a bomb costs no more than that.
 * `headers`: names in lower case.
 *
 * Throws `fetch-too-large`, and `fetch-failed` for a coding that is unknown or stacked.
 */
export async function readCappedBody(
  body: Readable,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): Promise<Uint8Array> {
  const createDecoder = DECODERS.get((headers['content-encoding'] ?? '').trim().toLowerCase())
  if (createDecoder === undefined) throw abandon(body, unknownCoding())
  const decoder = createDecoder()
  const wireLimit = decoder === undefined ? maxBytes : maxBytes + WIRE_SLACK_BYTES
  if (Number(headers['content-length'] ?? 0) > wireLimit) throw abandon(body, tooLarge(maxBytes))
  if (decoder === undefined) return await collect(body, maxBytes)
  return await inflate(body, decoder, wireLimit, maxBytes)
}

/** Closes the connection of a body that nobody will read. */
function abandon(body: Readable, why: OutdialError): OutdialError {
  body.on('error', () => {}).destroy()
  return why
}

async function inflate(
  body: Readable,
  decoder: Transform,
  wireLimit: number,
  maxBytes: number,
): Promise<Uint8Array> {
  let wireBytes = 0
  let inflated: Uint8Array = new Uint8Array()
  try {
    await pipeline(
      body,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          wireBytes += chunk.length
          if (wireBytes > wireLimit) throw tooLarge(maxBytes)
          yield chunk
        }
      },
      decoder,
      async (source: AsyncIterable<Buffer>) => {
        inflated = await collect(source, maxBytes)
      },
    )
  } catch (thrown) {
    // Some servers announce a coding for a body that is empty (204 above all): nothing to undo.
    if (wireBytes > 0 || body.errored !== null) throw thrown
  }
  return inflated
}

async function collect(source: AsyncIterable<Buffer>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function unknownCoding(): OutdialError {
  return new OutdialError(
    'fetch-failed',
    "The answer's Content-Encoding is not one of gzip, br and deflate.",
  )
}

function tooLarge(maxBytes: number): OutdialError {
  return new OutdialError('fetch-too-large', `The answer is longer than ${maxBytes} bytes.`)
}
