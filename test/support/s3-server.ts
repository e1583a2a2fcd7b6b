import { createHash, createHmac } from 'node:crypto'
import { HttpSink, type ReceivedRequest, type ScriptedAnswer } from './http-sink.ts'

export interface S3Login {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const LONGEST_SKEW_MS = 15 * 60_000

/**
 * A real HTTP server that keeps objects as S3 does, and takes only what is signed by AWS Signature
 * Version 4 as the documentation of that says, written here a second time.
 */
export class S3Server extends HttpSink {
  /** By path. */
  readonly objects = new Map<string, Uint8Array>()
  /** Answers everything so, while it is set. */
  refusal: { readonly status: number; readonly code: string; readonly message: string } | undefined
  readonly #login: S3Login

  constructor(login: S3Login) {
    super()
    this.#login = login
    this.answer = (request) => this.#answer(request)
  }

  #answer(request: ReceivedRequest): ScriptedAnswer {
    if (this.refusal !== undefined) return fault(this.refusal)
    const wrong = findFault(request, this.#login)
    if (wrong !== undefined) {
      return fault({ status: 403, code: 'SignatureDoesNotMatch', message: wrong })
    }
    const { method, url, bytes } = request
    if (method === 'PUT') this.objects.set(url, bytes)
    if (method === 'PUT') return { status: 200 }
    if (method === 'DELETE') this.objects.delete(url)
    if (method === 'DELETE') return { status: 204 }
    const object = this.objects.get(url)
    if (object === undefined) {
      return fault({ status: 404, code: 'NoSuchKey', message: 'The key does not exist.' })
    }
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const [start, end] = [
      Number(from ?? 0),
      Math.min(Number(to ?? object.length) + 1, object.length),
    ]
    const range = `bytes ${start}-${end - 1}/${object.length}`
    const headers = { 'content-range': range, 'content-type': 'application/octet-stream' }
    return { status: 206, headers, body: object.subarray(start, end) }
  }
}

function fault(what: { status: number; code: string; message: string }): ScriptedAnswer {
  const { status, code, message } = what
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return { status, headers: { 'content-type': 'application/xml' }, body }
}

function findFault(request: ReceivedRequest, login: S3Login): string | undefined {
  const { method, url, headers, bytes } = request
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    )
  if (match === null) return 'There is no signature.'
  const [, key = '', day = '', region = '', names = '', signature] = match
  const date = String(headers['x-amz-date'])
  const hash = String(headers['x-amz-content-sha256'])
  if (key !== login.accessKeyId) return 'The access key is unknown.'
  if (region !== login.region || !date.startsWith(day)) return 'The scope is another.'
  if (
    !['host', 'x-amz-content-sha256', 'x-amz-date'].every((one) => names.split(';').includes(one))
  ) {
    return 'A header that must be signed is not.'
  }
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
  if (!(Math.abs(Date.now() - at) < LONGEST_SKEW_MS)) return 'The time is another.'
  if (sha256(bytes) !== hash) return 'The body is another.'
  const [path = '', query = ''] = url.split('?')
  const canonical = [
    ...[method, path, query.split('&').sort().join('&')],
    ...names
      .split(';')
      .map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}`),
    ...['', names, hash],
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const signingKey = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (above, part) => createHmac('sha256', above).update(part).digest(),
    `AWS4${login.secretAccessKey}`,
  )
  const expected = createHmac('sha256', signingKey).update(toSign).digest('hex')
  return expected === signature ? undefined : 'The signature is another.'
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
