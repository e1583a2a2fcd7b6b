import type { Hono } from 'hono'

export interface Sent {
  readonly body?: unknown
  /** `login:pin`, or a key. */
  readonly as?: string
  readonly headers?: Readonly<Record<string, string>>
}

// biome-ignore lint/suspicious/noExplicitAny: what comes is looked at field by field
export type Answer = { status: number; headers: Headers; text: string; body: any }

/** Sends requests to the JSON interface; a text is sent as CSV, all else as JSON. */
export function apiClient(api: Hono, who: string) {
  return async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const { body, as = who, headers = {} } = sent
    const isText = typeof body === 'string'
    const response = await api.request(path, {
      method,
      headers: {
        authorization: as.includes(':')
          ? `Basic ${Buffer.from(as).toString('base64')}`
          : `Bearer ${as}`,
        ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json$/.test(response.headers.get('content-type')?.split(';')[0] ?? '')
    const { status } = response
    const parsed = isJson && !text.includes('\n{') ? JSON.parse(text) : undefined
    return { status, headers: response.headers, text, body: parsed }
  }
}

export interface ServerEvent {
  readonly event: string
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: what comes is looked at field by field
  readonly data: any
}

/** Waits for so many signs of life of a stream that has nothing to tell. */
export async function hearSilence(response: Response, times: number): Promise<void> {
  const reader = response.body?.getReader()
  for (let heard = 0; heard < times; heard++) await reader?.read()
  await reader?.cancel()
}

/** Reads a stream of server-sent events until there are so many; `place` is the last id that came. */
export async function readEvents(
  response: Response,
  count: number,
): Promise<{ events: ServerEvent[]; place: string }> {
  const reader = response.body?.getReader()
  const events: ServerEvent[] = []
  let [text, place] = ['', '']
  while (events.length < count) {
    const read = await reader?.read()
    if (read === undefined || read.done) break
    text += Buffer.from(read.value).toString()
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      place = field('id') ?? place
      const data = field('data')
      if (data === undefined) continue
      events.push({ event: field('event') ?? '', id: place, data: JSON.parse(data) })
    }
  }
  await reader?.cancel()
  return { events, place }
}
