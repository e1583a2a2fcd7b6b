import { OutdialError } from '#base'
import {
  accountEvents,
  type CallsContext,
  type EventBatch,
  type EventPlace,
  presentPlace,
} from '#calls'
import { type Operation, operation } from '../operation.ts'
import { LAST_EVENT_ID } from '../request-headers.ts'
import { callRowView } from '../views/call-view.ts'

/** Proxies take a connection for dead that is silent for longer. */
const HEARTBEAT_MS = 15_000
/** Streams of one server, and of one key: each asks the store once a second. */
const MOST_STREAMS = 200
const MOST_OF_A_KEY = 5

/** Open streams, by who asked for them. */
const open = new WeakMap<CallsContext, Map<string, number>>()

export const EVENT_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'streamEvents', method: 'get', path: '/events', tag: 'Events', role: 'viewer' },
    summary: 'What happens to calls and campaigns, as it happens',
    description:
      'Server-sent events: `call-ended` with the call as in a list, `campaign-changed` with its state. From now ' +
      'on, or after Last-Event-ID; nothing is missed in between, whichever server is asked, as long as ended ' +
      'calls are kept. A comment every 15 seconds; `id` alone moves the place on.',
    headers: LAST_EVENT_ID,
    replies: { 200: { says: 'A stream that does not end.', type: 'text/event-stream' } },
    faults: ['overloaded'],
    handle: async ({ calls, account, principal, options, request }) => {
      const last = readEventId(request.headers.get('last-event-id'))
      const after = last ?? (await presentPlace(calls))
      const close = openStream(calls, principal.id)
      const gone = new AbortController()
      const signals = [gone.signal, request.signal, options.stopping].filter(
        (one) => one !== undefined,
      )
      const batches = accountEvents(calls, {
        ...{ accountId: account.accountId, after, silenceMs: options.heartbeatMs ?? HEARTBEAT_MS },
        signal: AbortSignal.any(signals),
      })
      return new Response(eventStream(batches, { after, gone, close }), {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
      })
    },
  }),
]

interface Opened {
  readonly after: EventPlace
  readonly gone: AbortController
  readonly close: () => void
}

/** Each batch is read when the client has taken the one before: a slow one holds no more than that. */
function eventStream(
  batches: AsyncGenerator<EventBatch, void, undefined>,
  { after, gone, close }: Opened,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) =>
        controller.enqueue(Buffer.from(`retry: 2000\nid: ${eventId(after)}\n\n`)),
      pull: async (controller) => {
        try {
          const batch = await batches.next()
          if (!batch.done) return controller.enqueue(Buffer.from(textOf(batch.value)))
          close()
          controller.close()
        } catch (error) {
          // The client connects again, and goes on where it was.
          close()
          controller.error(error)
        }
      },
      cancel: () => {
        close()
        gone.abort()
      },
    },
    { highWaterMark: 1 },
  )
}

function textOf({ events, next }: EventBatch): string {
  const told = events.map((event) => {
    const data =
      event.kind === 'call-ended'
        ? callRowView(event.call)
        : {
            campaign_id: event.campaign.campaignId,
            campaign_name: event.campaign.name,
            state: event.campaign.state,
            draining: event.campaign.draining,
          }
    return `event: ${event.kind}\nid: ${eventId(event.place)}\ndata: ${JSON.stringify(data)}\n\n`
  })
  // An id without data moves the client's place on, and is no event to it.
  return `${told.join('')}: \nid: ${eventId(next)}\n\n`
}

function eventId({ at, of, id }: EventPlace): string {
  return `${at.getTime()}-${of}-${id}`
}

function readEventId(text: string | null): EventPlace | undefined {
  if (text === null || text === '') return undefined
  const [, at, of, id] = /^(\d{1,14})-(campaign|call)-(\d{1,10})$/.exec(text) ?? []
  if ((of === 'campaign' || of === 'call') && Number(id) < 2 ** 31) {
    return { at: new Date(Number(at)), of, id: Number(id) }
  }
  const sentence = 'Last-Event-ID is the id of no event; send one that came, or none.'
  throw new OutdialError('parameter-invalid', sentence, { field: 'Last-Event-ID' })
}

/** @throws OutdialError `overloaded`, temporary */
function openStream(calls: CallsContext, key: string): () => void {
  const streams = open.get(calls) ?? new Map<string, number>()
  open.set(calls, streams)
  const own = streams.get(key) ?? 0
  const all = [...streams.values()].reduce((sum, some) => sum + some, 0)
  if (own >= MOST_OF_A_KEY || all >= MOST_STREAMS) {
    const sentence = 'Too many streams of events are open; close one, or try again later.'
    throw new OutdialError('overloaded', sentence, { temporary: true })
  }
  streams.set(key, own + 1)
  let isOpen = true
  return () => {
    if (!isOpen) return
    isOpen = false
    const left = (streams.get(key) ?? 1) - 1
    if (left > 0) streams.set(key, left)
    else streams.delete(key)
  }
}
