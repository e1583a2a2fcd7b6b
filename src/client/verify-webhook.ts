import { createHmac, timingSafeEqual } from 'node:crypto'

export interface ReceivedWebhook {
  /** Names in lower case, as Node gives them; or a `Headers`. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>> | Headers
  /** Byte for byte as it came, before any framework has read it. */
  readonly body: string | Uint8Array
}

export interface VerifyOptions {
  /** `whsec_…`; several while one replaces another. */
  readonly secret: string | readonly string[]
  /** How old a post may be, and how far in the future: against one that is played again. Default 300. */
  readonly toleranceSeconds?: number
  /** Default: now. Milliseconds since 1970. */
  readonly now?: number
}

/** Whether a result or an event comes from a server that has the secret (Standard Webhooks). */
export function verifyWebhook({ headers, body }: ReceivedWebhook, options: VerifyOptions): boolean {
  const { secret, toleranceSeconds = 300, now = Date.now() } = options
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    headerOf(headers, `webhook-${name}`),
  )
  if (id === undefined || timestamp === undefined || signatures === undefined) return false
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= toleranceSeconds)) return false
  const secrets = typeof secret === 'string' ? [secret] : secret
  const expected = secrets.map((one) => signatureOf(one, `${id}.${timestamp}.`, body))
  const given = signatures.split(' ').map((one) => Buffer.from(one))
  return given.some((one) =>
    expected.some((other) => one.length === other.length && timingSafeEqual(one, other)),
  )
}

function headerOf(headers: ReceivedWebhook['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

function signatureOf(secret: string, prefix: string, body: string | Uint8Array): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return Buffer.from(`v1,${createHmac('sha256', key).update(prefix).update(body).digest('base64')}`)
}
