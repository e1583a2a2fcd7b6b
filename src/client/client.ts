import { readProblem } from './api-error.ts'
import { type Events, type EventsOptions, readEvents } from './events.ts'
import { OPERATIONS, type Operations } from './schema.ts'

export interface ClientOptions {
  /** The server, for example `http://127.0.0.1:8080`. */
  readonly url: string
  /** A key (`outdial key add`), or an account's login and PIN. */
  readonly auth: { readonly key: string } | { readonly login: string; readonly pin: string }
  /** Default: the runtime's own. */
  readonly fetch?: typeof fetch
}

type Request<Id extends keyof Operations> = Operations[Id]['request']
type Extras = { readonly signal?: AbortSignal }
type Arguments<Id extends keyof Operations> =
  Record<string, never> extends Request<Id>
    ? [request?: Request<Id>, extras?: Extras]
    : [request: Request<Id>, extras?: Extras]

/** A method for each operation of the OpenAPI document, by its id. */
export type Client = {
  readonly [Id in keyof Operations]: (...given: Arguments<Id>) => Promise<Operations[Id]['reply']>
} & {
  /** Events as they happen; connects again where the connection breaks, and misses nothing. */
  events(options?: EventsOptions): Events
}

/**
 * The JSON interface of a server. Parameters of path and query, headers and the body are members of one
 * object: `client.getCall({ call_id: 7 })`, `client.queueCall({ body: { … }, 'Idempotency-Key': '…' })`.
 * Methods reject with `OutdialApiError` where the server refuses, and as fetch does where it cannot be reached.
 */
export function createClient(options: ClientOptions): Client {
  const send = sender(options)
  const methods = Object.keys(OPERATIONS).map((id) => {
    const operation = id as keyof Operations
    const method = async (request: Given = {}, extras: Extras = {}): Promise<unknown> => {
      const response = await send(operation, request, extras)
      if (response.status === 204) return undefined
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
      return isJson ? response.json() : response
    }
    return [operation, method] as const
  })
  const open = (lastEventId: string | undefined, signal: AbortSignal): Promise<Response> =>
    send('streamEvents', lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }, {
      signal,
    })
  return {
    ...(Object.fromEntries(methods) as unknown as Omit<Client, 'events'>),
    events: (events = {}) => readEvents(open, events),
  } as Client
}

type Given = Readonly<Record<string, unknown>>

function sender({ url, auth, fetch: send = fetch }: ClientOptions) {
  const authorization =
    'key' in auth ? `Bearer ${auth.key}` : `Basic ${basic(`${auth.login}:${auth.pin}`)}`
  return async (id: keyof Operations, given: Given, extras: Extras): Promise<Response> => {
    const [method, path, bodyType] = OPERATIONS[id] as readonly [string, string, string?]
    const { body, ...others } = given
    const target = targetOf(url, path, others)
    const headers = {
      ...target.headers,
      authorization,
      ...(body === undefined || bodyType === undefined ? {} : { 'content-type': bodyType }),
    }
    const response = await send(target.url, {
      method,
      headers,
      ...(body === undefined ? {} : bodyOf(body, bodyType)),
      ...extras,
    })
    if (!response.ok) throw await readProblem(response)
    return response
  }
}

/** Names in braces stand in the path, those with a capital are headers, all others the query. */
function targetOf(
  server: string,
  path: string,
  given: Given,
): { url: string; headers: Record<string, string> } {
  const headers: Record<string, string> = {}
  const query = new URLSearchParams()
  let filled = path
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (path.includes(`{${name}}`))
      filled = filled.replace(`{${name}}`, encodeURIComponent(String(value)))
    else if (/^[A-Z]/.test(name)) headers[name] = String(value)
    else query.set(name, textOf(value))
  }
  const search = query.size === 0 ? '' : `?${query}`
  return { url: server.replace(/\/$/, '') + filled + search, headers }
}

/** No value is an empty one. */
function textOf(value: unknown): string {
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function bodyOf(body: unknown, type: string | undefined): RequestInit & { duplex?: 'half' } {
  if (type === 'application/json') return { body: JSON.stringify(body) }
  // What is sent as it comes cannot be sent again.
  const isStream = body instanceof ReadableStream
  return {
    body: body as string | Uint8Array | ReadableStream<Uint8Array>,
    ...(isStream ? { duplex: 'half' as const } : {}),
  }
}

function basic(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
