import { rm } from 'node:fs/promises'
import { ALAW_TO_ULAW, formatWavHead, ULAW_TO_ALAW } from '#audio'
import { type Random, randomHex } from '#base'
import { collectBytes, type RecordingFolder, type RecordingWriter } from '#recordings'
import type { MultipartFile, Recording, RecordingType } from '#vxml'

/** Four of `<record>`'s longest: an hour of G.711 each. */
const KEPT_BYTES = 128_000_000
const BYTES_PER_MS = 8

/** What `<record>` has taken of a callee: G.711 octets in a file, of which the first `audioBytes` count. */
export interface Message {
  readonly path: string
  readonly codec: 'PCMU' | 'PCMA'
  readonly audioBytes: number
  readonly contentType: RecordingType
}

interface KeptMessage extends Message {
  readonly secret: string
}

/**
 * The audio that a call has recorded, in files that last as long as the call, by its `recording:` address.
 * Where it becomes too much the oldest is forgotten.
 */
export class CallRecordings {
  readonly #callId: number
  readonly #folder: RecordingFolder
  readonly #random: Random
  readonly #keptBytes: number
  readonly #messages = new Map<string, KeptMessage>()
  #bytes = 0
  #count = 0
  #isClosed = false

  constructor(callId: number, folder: RecordingFolder, random: Random, keptBytes = KEPT_BYTES) {
    this.#callId = callId
    this.#folder = folder
    this.#random = random
    this.#keptBytes = keptBytes
  }

  create(): RecordingWriter {
    return this.#folder.createPassing()
  }

  async keep(message: Message): Promise<Recording> {
    const uri = `recording:${this.#callId}/${++this.#count}`
    const { contentType, audioBytes } = message
    this.#messages.set(uri, { ...message, secret: randomHex(this.#random, 16) })
    this.#bytes += audioBytes
    for (const [oldest, { audioBytes: bytes }] of this.#messages) {
      if (this.#isClosed || (this.#bytes > this.#keptBytes && oldest !== uri)) {
        await this.#forget(oldest)
        this.#bytes -= bytes
      }
    }
    const sizeBytes = headOf(message).length + audioBytes
    return { uri, contentType, sizeBytes, durationMs: Math.round(audioBytes / BYTES_PER_MS) }
  }

  /** To be sent. */
  readonly find = (uri: string): MultipartFile | undefined => {
    const message = this.#messages.get(uri)
    if (message === undefined) return undefined
    const { contentType, secret, audioBytes } = message
    const sizeBytes = headOf(message).length + audioBytes
    return { contentType, secret, sizeBytes, open: () => this.#read(message) }
  }

  /** To be played. */
  readonly load = (uri: string): Promise<{ contentType: string; body: Uint8Array }> | undefined => {
    const file = this.find(uri)
    if (file === undefined) return undefined
    const { contentType } = file
    return collectBytes(file.open()).then((body) => ({ contentType, body }))
  }

  /** The call is over. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#messages.keys()].map((uri) => this.#forget(uri)))
  }

  async #forget(uri: string): Promise<void> {
    const message = this.#messages.get(uri)
    this.#messages.delete(uri)
    if (message !== undefined) await rm(message.path, { force: true })
  }

  async *#read(message: Message): AsyncGenerator<Uint8Array, void, undefined> {
    const { path, audioBytes } = message
    const table = conversionOf(message)
    yield headOf(message)
    for await (const piece of this.#folder.readPassing(path, audioBytes)) {
      yield table === undefined ? piece : piece.map((code) => table[code] ?? 0)
    }
  }
}

/** VoiceXML 2.0 appendix E: G.711 without header, or mu-law in a WAV file. */
function headOf({ contentType, audioBytes }: Message): Uint8Array {
  if (contentType !== 'audio/x-wav') return new Uint8Array(0)
  return formatWavHead(audioBytes, { sampleRate: 8000, encoding: 'mulaw' })
}

function conversionOf({ contentType, codec }: Message): Uint8Array | undefined {
  const wanted = contentType === 'audio/x-alaw-basic' ? 'PCMA' : 'PCMU'
  if (wanted === codec) return undefined
  return wanted === 'PCMU' ? ALAW_TO_ULAW : ULAW_TO_ALAW
}
