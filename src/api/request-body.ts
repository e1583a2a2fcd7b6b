import { type Clock, OutdialError } from '#base'

export interface BodyLimits {
  readonly clock: Clock
  readonly maxBytes: number
  /** What to do about a body that has more: the end of a sentence. */
  readonly tooLargeCure: string
  /** So long may be waited for any 8 KiB. */
  readonly stallMs: number
}

const STRETCH_BYTES = 8 * 1024
/** How much of what is refused is read on, and for how long; a client that pauses is listening. */
const MOST_DISCARDED_BYTES = 4 * 2 ** 30
const MOST_DISCARDED_MS = 60_000
const DISCARD_PAUSE_MS = 3000

type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>

/** The body of a request, chunk by chunk, within limits. */
export class RequestBody {
  readonly #limits: BodyLimits
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  readonly #announcedBytes: number
  #bytes = 0
  #ended = false
  /** Under way since a read that was not waited for to its end. */
  #reading: Promise<Read> | undefined
  /** Of the present stretch. */
  #waitedMs = 0
  #stretchBytes = 0

  constructor(request: Request, limits: BodyLimits) {
    this.#limits = limits
    this.#announcedBytes = Number(request.headers.get('content-length') ?? 0)
    this.#reader = request.body?.getReader()
  }

  /**
   * The next chunk; undefined at the end.
   *
   * @throws OutdialError `request-too-large`, `upload-stalled`, `upload-broken`
   */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#announcedBytes > this.#limits.maxBytes) throw this.#tooLarge()
    const startedMs = this.#limits.clock.monotonic()
    const { done, value } = await this.#read()
    this.#ended = done
    if (value === undefined) return undefined
    this.#bytes += value.length
    if (this.#bytes > this.#limits.maxBytes) throw this.#tooLarge()
    this.#waitedMs += this.#limits.clock.monotonic() - startedMs
    this.#stretchBytes += value.length
    if (this.#stretchBytes >= STRETCH_BYTES) {
      this.#waitedMs = 0
      this.#stretchBytes = 0
    }
    return value
  }

  /** All of it, of a body that is small by its limits. */
  async whole(): Promise<Buffer> {
    const chunks: Uint8Array[] = []
    for (;;) {
      const chunk = await this.next()
      if (chunk === undefined) return Buffer.concat(chunks)
      chunks.push(chunk)
    }
  }

  /**
   * Reads on and throws away, before a refusal is told: a client that sends everything before it listens
   * then gets the reply and not a broken connection (RFC 9112 section 9.6). False: it still sends, and
   * the connection is to be closed.
   */
  async discard(): Promise<boolean> {
    const { clock, stallMs } = this.#limits
    const startedMs = clock.monotonic()
    const pauseMs = Math.min(DISCARD_PAUSE_MS, stallMs)
    for (let bytes = 0; !this.#ended && bytes <= MOST_DISCARDED_BYTES; ) {
      const leftMs = startedMs + MOST_DISCARDED_MS - clock.monotonic()
      const read = await this.#readWithin(Math.min(leftMs, pauseMs))
      if (read === undefined) break
      this.#ended = read.done
      bytes += read.value?.length ?? 0
    }
    return this.#ended
  }

  async #read(): Promise<Read> {
    const read = await this.#readWithin(this.#limits.stallMs - this.#waitedMs)
    if (read !== undefined) return read
    throw new OutdialError(
      'upload-stalled',
      `Of the request less than ${STRETCH_BYTES / 2 ** 10} KiB came in ` +
        `${this.#limits.stallMs / 1000} seconds; send it again over a faster connection.`,
    )
  }

  /** Undefined: nothing came in that time; what comes after it is got by the next read. */
  async #readWithin(milliseconds: number): Promise<Read | undefined> {
    if (this.#reader === undefined) return { done: true, value: undefined }
    const late = Promise.withResolvers<undefined>()
    const { clock } = this.#limits
    // Once more around: where this process stood still, what came meanwhile is read before.
    let timer = clock.setTimer(milliseconds, () => {
      timer = clock.setTimer(1, () => late.resolve(undefined))
    })
    this.#reading ??= this.#reader.read()
    try {
      const read = await Promise.race([this.#reading, late.promise])
      if (read !== undefined) this.#reading = undefined
      return read
    } catch (cause) {
      this.#ended = true
      throw new OutdialError('upload-broken', 'The request broke off; send it again.', { cause })
    } finally {
      timer.cancel()
    }
  }

  #tooLarge(): OutdialError {
    const { maxBytes, tooLargeCure } = this.#limits
    const limit = maxBytes < 2 ** 20 ? `${maxBytes / 2 ** 10} KiB` : `${maxBytes / 2 ** 20} MiB`
    return new OutdialError(
      'request-too-large',
      `The request is larger than ${limit}; ${tooLargeCure}.`,
    )
  }
}

/** Sends a reply to a request whose body may not have been read to its end. */
export async function refuseRequest(body: RequestBody, reply: Response): Promise<Response> {
  const ended = await body.discard().catch(() => false)
  if (!ended) reply.headers.set('connection', 'close')
  return reply
}
