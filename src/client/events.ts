import { OutdialApiError } from './api-error.ts'

export interface EventsOptions {
  /** Goes on after this one; absent: from now on. */
  readonly lastEventId?: string
  /** Ends them. */
  readonly signal?: AbortSignal
}

/** What happened: `call-ended`, `campaign-changed`. `id`: what to go on after. */
export interface OutdialEvent {
  readonly id: string
  readonly type: string
  readonly data: unknown
}

export type Events = AsyncGenerator<OutdialEvent, void, undefined>

type Open = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/**
 * Server-sent events until `signal` aborts. A connection that breaks is made again after a pause that grows; a refusal that
 * will not pass ends them with its error.
 */
export async function* readEvents(open: Open, { lastEventId, signal }: EventsOptions): Events {
  const ended = signal ?? new AbortController().signal
  let place = lastEventId
  for (
    let pauseMs = FIRST_PAUSE_MS;
    !ended.aborted;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
  ) {
    try {
      const { body } = await open(place, ended)
      for await (const message of messagesIn(body)) {
        pauseMs = FIRST_PAUSE_MS
        place = message.id || place
        if (message.data !== '') {
          yield { id: place ?? '', type: message.type, data: JSON.parse(message.data) }
        }
      }
    } catch (error) {
      if (ended.aborted) return
      if (error instanceof OutdialApiError && error.status < 500 && error.status !== 429)
        throw error
    }
    await pause(pauseMs, ended)
  }
}

interface Message {
  readonly id: string
  readonly type: string
  readonly data: string
}

/** Blocks of `field: value` lines, an empty line after each (HTML Living Standard, section 9.2.6). */
async function* messagesIn(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Message> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of body ?? []) {
    const blocks = (text + decoder.decode(piece, { stream: true })).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) yield parseBlock(block)
  }
}

function parseBlock(block: string): Message {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line))
  const valuesOf = (name: string): string[] =>
    fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []))
  const data = valuesOf('data').join('\n')
  return { id: valuesOf('id').at(-1) ?? '', type: valuesOf('event').at(-1) ?? 'message', data }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
