import { createHash } from 'node:crypto'
import type { StreamedBody } from '#base'

/** A file that is read when it is sent. */
export interface MultipartFile extends StreamedBody {
  readonly contentType: string
  /** By chance, and known to nobody who says what stands in the form. */
  readonly secret: string
}

/**
 * RFC 2388, RFC 7578: a part for each field, in order. A value that `fileOf` knows is sent as that file,
 * under the field's name and a file name made of it.
 */
export function multipartBody(
  fields: readonly (readonly [name: string, value: string])[],
  fileOf: (value: string) => MultipartFile | undefined,
): { contentType: string; body: Uint8Array | StreamedBody } {
  const parts = fields.map(([name, value]) => part(name, value, fileOf(value)))
  const boundary = boundaryOf(parts)
  const chunks: (Uint8Array | StreamedBody)[] = parts.flatMap(({ head, body }) => [
    Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ])
  chunks.push(Buffer.from(`--${boundary}--\r\n`))
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: joined(chunks) }
}

interface Part {
  readonly head: string
  readonly body: Uint8Array | MultipartFile
}

function part(name: string, value: string, file: MultipartFile | undefined): Part {
  const disposition = `content-disposition: form-data; name="${escapeName(name)}"`
  if (file === undefined) {
    return {
      head: `${disposition}\r\ncontent-type: text/plain; charset=utf-8`,
      body: Buffer.from(value),
    }
  }
  const fileName = `${escapeName(name)}${EXTENSIONS[file.contentType] ?? ''}`
  return {
    head: `${disposition}; filename="${fileName}"\r\ncontent-type: ${file.contentType}`,
    body: file,
  }
}

function joined(chunks: readonly (Uint8Array | StreamedBody)[]): Uint8Array | StreamedBody {
  const isBytes = (chunk: Uint8Array | StreamedBody): chunk is Uint8Array => !('open' in chunk)
  if (chunks.every(isBytes)) return Buffer.concat(chunks)
  const sizes = chunks.map((chunk) => (isBytes(chunk) ? chunk.length : chunk.sizeBytes))
  return {
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    async *open() {
      for (const chunk of chunks) {
        if (isBytes(chunk)) yield chunk
        else yield* chunk.open()
      }
    },
  }
}

/** As browsers do (HTML, multipart/form-data encoding algorithm). */
function escapeName(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'audio/basic': '.ul',
  'audio/x-alaw-basic': '.al',
  'audio/x-wav': '.wav',
}

/** Made of what it stands between, and of what nobody can know: nothing can have been written to contain it. */
function boundaryOf(parts: readonly Part[]): string {
  const hash = createHash('sha256')
  for (const { head, body } of parts)
    hash.update(head).update('secret' in body ? body.secret : body)
  return `outdial-${hash.digest('hex').slice(0, 40)}`
}
