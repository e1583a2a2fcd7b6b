import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import { OutdialError, type Random } from '#base'
import { SpoolFile } from '../lists/spool-file.ts'
import type { RequestBody } from '../request-body.ts'
import { appendField, type FormFields, type FormValue, notUtf8 } from './form.ts'

/** A form with a file, the whole of it received. */
export interface Upload {
  readonly fields: FormFields
  /** Absent where no file came under that name. */
  readonly file?: SpoolFile
  /** What the client calls the file. */
  readonly fileName?: string
}

export interface UploadOptions {
  readonly contentType: string
  /** The name of the field that carries the file; other files are passed over. */
  readonly fileField: string
  /** Where it is kept meanwhile. */
  readonly folder: string
  readonly random: Random
  /** As of a `SpoolFile`. */
  readonly keepAs?: string
  /** Told the fields that came before the file; where it rejects, the file is not read. */
  readonly beforeFile: (fields: FormFields) => Promise<void>
}

const MOST_FIELDS = 100
/** The longest field takes an eighth of it. */
const LONGEST_FIELD_BYTES = 8 * 1024
const LONGEST_HEADER_BYTES = 8 * 1024

/**
 * Receives a `multipart/form-data` body (RFC 7578): fields into memory, the file to disk, chunk by
 * chunk, in whatever order they come. Where it rejects, nothing is left behind.
 *
 * @throws OutdialError `unsupported-content-type`, `malformed-form`, `not-utf-8`, `field-too-long`,
 *   `request-too-large`, `upload-stalled`, `upload-broken`; `upload-not-storable` (temporary); what
 *   `beforeFile` throws
 */
export async function receiveUpload(body: RequestBody, options: UploadOptions): Promise<Upload> {
  const receiver = new UploadReceiver(options)
  try {
    for (;;) {
      // What is wrong with what has come is told before more comes.
      const chunk = await Promise.race([body.next(), receiver.fault])
      if (chunk === undefined) return await receiver.end()
      await receiver.write(chunk)
    }
  } catch (error) {
    await receiver.abandon()
    throw error
  }
}

class UploadReceiver {
  readonly #options: UploadOptions
  readonly #parser: BusboyInstance
  readonly #fields = new Map<string, FormValue[]>()
  /** Rejects with the first fault. */
  readonly #fault = Promise.withResolvers<never>()
  readonly #finished = Promise.withResolvers<void>()
  #stream: BusboyFileStream | undefined
  #file: SpoolFile | undefined
  #fileName = ''
  #spooling: Promise<void> | undefined

  constructor(options: UploadOptions) {
    this.#options = options
    this.#fault.promise.catch(() => {})
    this.#parser = openParser(options.contentType)
    this.#parser
      .on('field', (name, value, nameTruncated, truncated) => {
        if (nameTruncated || truncated) this.#fault.reject(fieldTooLong(name))
        else this.#addField(name, value)
      })
      .on('file', (name, stream, fileName) => this.#takeFile(name, stream, fileName))
      .on('fieldsLimit', () =>
        this.#fault.reject(malformed(`It has more than ${MOST_FIELDS} fields`)),
      )
      .on('partsLimit', () => this.#fault.reject(malformed('It has too many parts')))
      .on('error', (cause) => this.#fault.reject(malformed(BROKEN_OFF, cause)))
      .on('finish', () => this.#finished.resolve())
  }

  get fault(): Promise<never> {
    return this.#fault.promise
  }

  async write(chunk: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve) => {
      this.#parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length), () => resolve())
    })
    await Promise.race([written, this.#fault.promise])
  }

  async end(): Promise<Upload> {
    this.#parser.end()
    await Promise.race([this.#finished.promise, this.#fault.promise])
    await Promise.race([this.#spooling, this.#fault.promise])
    if (this.#fields.size === 0) throw malformed(BROKEN_OFF)
    const file = this.#file && { file: this.#file, fileName: this.#fileName }
    return { fields: this.#fields, ...file }
  }

  async abandon(): Promise<void> {
    this.#parser.destroy()
    this.#stream?.destroy()
    await this.#spooling?.catch(() => {})
    await this.#file?.close()
  }

  #addField(name: string, value: FormValue): void {
    if (value?.includes('\uFFFD') || name?.includes('\uFFFD')) return this.#fault.reject(notUtf8())
    if (name === undefined) return this.#fault.reject(malformed('A part of it has no name'))
    appendField(this.#fields, name, value)
  }

  #takeFile(name: string, stream: BusboyFileStream, fileName: string | undefined): void {
    this.#addField(name, undefined)
    if (name !== this.#options.fileField || this.#spooling !== undefined) {
      stream.on('error', () => {}).resume()
      return
    }
    this.#stream = stream
    this.#fileName = fileName ?? ''
    this.#spooling = this.#spool(stream)
    this.#spooling.catch((error: unknown) => this.#fault.reject(error))
  }

  async #spool(stream: BusboyFileStream): Promise<void> {
    const { beforeFile, folder, random, keepAs } = this.#options
    stream.on('error', (cause) => this.#fault.reject(malformed(BROKEN_OFF, cause)))
    await beforeFile(this.#fields)
    const file = await SpoolFile.create({
      folder,
      random,
      ...(keepAs === undefined ? {} : { keepAs }),
    })
    this.#file = file
    for await (const chunk of stream) await file.write(chunk)
  }
}

const BROKEN_OFF = 'It has no closing boundary, or another one than Content-Type says'

function openParser(contentType: string): BusboyInstance {
  if (!/^multipart\/form-data *(;|$)/i.test(contentType)) {
    throw new OutdialError(
      'unsupported-content-type',
      'An upload must be a form with a file; send it as multipart/form-data, and say so in Content-Type.',
    )
  }
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: {
        fieldSize: LONGEST_FIELD_BYTES,
        fields: MOST_FIELDS,
        parts: 2 * MOST_FIELDS,
        headerSize: LONGEST_HEADER_BYTES,
      },
    })
  } catch (cause) {
    throw malformed('Content-Type names no boundary', cause)
  }
}

function fieldTooLong(name: string): OutdialError {
  return new OutdialError(
    'field-too-long',
    `${name} is too long; send at most ${LONGEST_FIELD_BYTES} bytes.`,
    { field: name },
  )
}

function malformed(fault: string, cause?: unknown): OutdialError {
  return new OutdialError(
    'malformed-form',
    `The multipart form cannot be read. ${fault}; check its boundary and the headers of its parts.`,
    { cause },
  )
}
