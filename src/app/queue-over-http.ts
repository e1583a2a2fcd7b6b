import {
  createGuardedFetch,
  errorMessage,
  OutdialError,
  type OutgoingRequest,
  type OutgoingResponse,
  systemClock,
} from '#base'
import { PRODUCT } from './product.ts'

const TIMEOUT_MS = 30_000
const HEALTH_TIMEOUT_MS = 2_000
const REPLY_MAX_BYTES = 1 << 16
const EVERYWHERE = ['0.0.0.0/0', '::/0']

/**
 * Queues a call through the HTTP interface, as any client would. Returns its `call_id`; throws
 * `call-refused` with the server's own sentence, `server-unreachable` where none answers.
 */
export async function queueOverHttp(
  server: string,
  fields: Readonly<Record<string, string>>,
): Promise<number> {
  const { body, status } = await ask({
    url: new URL('/webservice/queuecall.php', server).href,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
    timeoutMs: TIMEOUT_MS,
  }).catch((cause) => {
    const sentence =
      `No Outdial server answers at ${server}: ${errorMessage(cause)} ` +
      'Start it (outdial serve), or say where it is (--server, OUTDIAL_HTTP).'
    throw new OutdialError('server-unreachable', sentence, { cause, temporary: true })
  })
  const reply = new TextDecoder().decode(body)
  const callId = /<queuecall status="queued" call_id="(\d+)"/.exec(reply)?.[1]
  if (callId !== undefined) return Number(callId)
  const why = unescapeXml(/<error[^>]*>([^<]*)</.exec(reply)?.[1] ?? `HTTP status ${status}`)
  throw new OutdialError('call-refused', `The server refused the call: ${why}`)
}

/** Whether a server answers there now and its store does. */
export async function serverAnswers(server: string): Promise<boolean> {
  const url = new URL('/healthz', server).href
  try {
    return (await ask({ url, method: 'GET', timeoutMs: HEALTH_TIMEOUT_MS })).status === 200
  } catch {
    return false
  }
}

/** The operator names the server on the command line: no address is out of bounds. */
function ask(request: Omit<OutgoingRequest, 'maxBytes'>): Promise<OutgoingResponse> {
  const fetch = createGuardedFetch({
    allowPrivate: EVERYWHERE,
    userAgent: PRODUCT,
    clock: systemClock,
  })
  return fetch({ ...request, maxBytes: REPLY_MAX_BYTES })
}

function unescapeXml(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'" }
  return text
    .replace(/&(lt|gt|quot|apos);/g, (_, name: string) => characters[name] ?? '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&')
}
