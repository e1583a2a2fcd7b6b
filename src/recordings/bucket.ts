/**
 * The part of Amazon's S3 interface that storing recordings needs, by path (`https://host/bucket/name`),
 * which every server of that interface understands: PutObject, GetObject by ranges, DeleteObject, signed
 * by AWS Signature Version 4.
 */
import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import {
  type Clock,
  type GuardedFetch,
  type HttpMethod,
  OutdialError,
  type OutgoingResponse,
  type StreamedBody,
} from '#base'
import type { ByteSource } from './recording-reader.ts'

/** Where recordings are to go, as the settings say. */
export interface BucketAddress {
  /** `https://host/bucket/prefix`, without a slash at its end. */
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Of one object, up or down; a part of it, down. */
const TIMEOUT_MS = 600_000
const RANGE_BYTES = 4 << 20
/** Of an answer that is no object. */
const ANSWER_BYTES = 65_536
const NO_BODY_SHA256 = createHash('sha256').digest('hex')

export class Bucket {
  /** Names it in the store and in the log. */
  readonly url: string
  readonly #address: BucketAddress
  readonly #fetch: GuardedFetch
  readonly #clock: Clock

  constructor(address: BucketAddress, fetch: GuardedFetch, clock: Clock) {
    this.url = address.url
    this.#address = address
    this.#fetch = fetch
    this.#clock = clock
  }

  /** Rejects `recording-bucket-refused`, `fetch-…`. */
  async put(name: string, body: StreamedBody): Promise<void> {
    const hash = createHash('sha256')
    for await (const piece of body.open()) hash.update(piece)
    const headers = { 'content-type': 'application/octet-stream' }
    await this.#send('PUT', name, { body, headers, sha256: hash.digest('hex') })
  }

  /** Rejects as `put`; not where there is none. */
  async delete(name: string): Promise<void> {
    await this.#send('DELETE', name)
  }

  /** Rejects as `put`. */
  async open(name: string): Promise<ByteSource> {
    const read = (start: number, end: number): Promise<OutgoingResponse> =>
      this.#send('GET', name, { headers: { range: `bytes=${start}-${end - 1}` } })
    const first = await read(0, RANGE_BYTES)
    const bytes = Number(/\/(\d+)$/.exec(first.headers['content-range'] ?? '')?.[1])
    if (!Number.isSafeInteger(bytes)) {
      throw new OutdialError('recording-bucket-refused', 'The bucket gives no part of an object.')
    }
    let [from, piece] = [0, first.body]
    return {
      bytes,
      read: async (start, end) => {
        if (start < from || end > from + piece.length) {
          from = start
          piece = (await read(start, Math.max(end, Math.min(bytes, start + RANGE_BYTES)))).body
        }
        return piece.subarray(start - from, end - from)
      },
      close: async () => undefined,
    }
  }

  async #send(
    method: HttpMethod,
    name: string,
    what: {
      readonly body?: StreamedBody
      readonly headers?: Readonly<Record<string, string>>
      readonly sha256?: string
    } = {},
  ): Promise<OutgoingResponse> {
    const { body, headers = {}, sha256 = NO_BODY_SHA256 } = what
    const { region, accessKeyId, secretAccessKey } = this.#address
    const signer = new AwsV4Signer({
      ...{ method, region, accessKeyId, secretAccessKey, service: 's3' },
      url: `${this.url}/${name}`,
      headers: { ...headers, 'x-amz-content-sha256': sha256 },
      datetime: new Date(this.#clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    })
    const signed = await signer.sign()
    const { host: _ofTheConnection, ...signedHeaders } = Object.fromEntries(signed.headers)
    const response = await this.#fetch({
      ...{ url: signed.url.href, method, headers: signedHeaders },
      ...(body === undefined ? {} : { body }),
      timeoutMs: TIMEOUT_MS,
      maxBytes: method === 'GET' ? RANGE_BYTES + ANSWER_BYTES : ANSWER_BYTES,
      redirect: 'refuse',
    })
    const { status } = response
    const isDone = status === 200 || status === 204 || status === 206
    if (isDone || (method === 'DELETE' && status === 404)) return response
    throw refused(method, response)
  }
}

/** S3's errors are XML with a code and a sentence. */
function refused(method: string, { status, body }: OutgoingResponse): OutdialError {
  const text = Buffer.from(body).toString()
  const partOf = (name: string): string =>
    new RegExp(`<${name}>([^<]{1,200})</${name}>`).exec(text)?.[1] ?? ''
  const said = [partOf('Code'), partOf('Message')].filter((part) => part !== '').join(': ')
  const sentence = `The bucket answered ${method} with ${status}${said === '' ? '' : ` ${said}`}.`
  return new OutdialError('recording-bucket-refused', sentence, { temporary: true })
}
