import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'

/** A form with a file as a client sends it, piece by piece. */
export interface UploadForm {
  readonly fields: Readonly<Record<string, string>>
  /** The file's content; the client never holds it whole. */
  readonly file: Iterable<string | Uint8Array>
  /** After the file, where old clients may put them. */
  readonly fieldsLast?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

const BOUNDARY = 'upload-boundary'

/** An upload to `queuecalls.php` over a real connection. */
export class UploadClient {
  readonly #request: ClientRequest
  readonly reply: Promise<string>

  constructor(serverUrl: string, headers: Readonly<Record<string, string>> = {}) {
    this.#request = request(`${serverUrl}/webservice/queuecalls.php`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
    })
    // Where the connection breaks, the reply rejects; once it has come, nobody cares.
    this.#request.on('error', () => {})
    this.reply = readReply(this.#request)
    this.reply.catch(() => {})
  }

  /** Sends all of it, as fast as the server takes it, and resolves with the reply's body. */
  static async send(serverUrl: string, form: UploadForm): Promise<string> {
    const client = new UploadClient(serverUrl, form.headers)
    const fields = formFields(form.fields)
    await client.write(form.fieldsLast ? FILE_HEAD : fields + FILE_HEAD)
    for (const piece of form.file) await client.write(piece)
    await client.write('\r\n')
    if (form.fieldsLast) await client.write(fields)
    client.end(`--${BOUNDARY}--\r\n`)
    return client.reply
  }

  /** Resolves when the piece has left, or cannot. */
  async write(piece: string | Uint8Array): Promise<void> {
    if (this.#request.destroyed) return
    await new Promise<void>((resolve) => void this.#request.write(piece, () => resolve()))
  }

  end(piece = ''): void {
    this.#request.end(piece)
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.#request.destroy()
  }
}

/** The fields of a form, each a part of its body. */
export function formFields(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(
      ([name, value]) =>
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('')
}

/** What stands before the file's content. */
export const FILE_HEAD =
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="phone_list"; filename="list.csv"\r\n` +
  'content-type: text/csv\r\n\r\n'

async function readReply(sent: ClientRequest): Promise<string> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
