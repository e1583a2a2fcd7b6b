import type { Context } from 'hono'
import { errorMessage, sleep } from '#base'
import type { Html } from './html.ts'
import type { Site } from './site.ts'
import type { Visit } from './visit.ts'

/** Parts of a page that change while it is open, by the id of the element that each fills. */
export type Fragments = Readonly<Record<string, Html>>

/** After so many looks in vain the stream says something, lest a proxy take it for dead. */
const LOOKS_OF_SILENCE = 7
/** Live pages that may be open at one site; each asks the store every other second. */
const MOST_STREAMS = 200

/**
 * A stream of server-sent events that keeps a page up to date: every fragment once, then those that have
 * changed. assets/live.js puts them where they belong. It ends with the session, and when the server stops.
 */
export function livePage(
  site: Site,
  path: string,
  render: (visit: Visit, context: Context) => Promise<Fragments>,
): void {
  site.get(path, (visit, context) => {
    if (site.openStreams >= MOST_STREAMS) {
      return context.text('Too many live pages are open.', 503, { 'retry-after': '30' })
    }
    return new Response(
      stream(site, context, () => render(visit, context)),
      {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
      },
    )
  })
}

function stream(
  site: Site,
  context: Context,
  render: () => Promise<Fragments>,
): ReadableStream<Uint8Array> {
  const { calls, stopping } = site.options
  const gone = new AbortController()
  const signals = [gone.signal, context.req.raw.signal, stopping].filter((one) => one !== undefined)
  const signal = AbortSignal.any(signals)
  const told = new Map<string, string>()
  let silent = 0
  let isFirst = true
  site.openStreams += 1
  const close = (): void => {
    if (gone.signal.aborted) return
    gone.abort()
    site.openStreams -= 1
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          for (;;) {
            if (!isFirst) await sleep(calls.clock, site.liveMs, signal)
            isFirst = false
            const isOver =
              signal.aborted || (await site.visitOf(context, { isBackground: true })) === undefined
            if (isOver) {
              close()
              return controller.close()
            }
            const text = await changes(render, told)
            silent = text === undefined ? silent + 1 : 0
            if (text !== undefined) return controller.enqueue(Buffer.from(text))
            if (silent >= LOOKS_OF_SILENCE) {
              silent = 0
              return controller.enqueue(Buffer.from(':\n\n'))
            }
          }
        } catch (error) {
          // The browser connects again, and is shown all of it.
          calls.log.warn('live page broke off', { error: errorMessage(error) })
          close()
          controller.error(error)
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
}

async function changes(
  render: () => Promise<Fragments>,
  told: Map<string, string>,
): Promise<string | undefined> {
  const changed: Record<string, string> = {}
  for (const [id, fragment] of Object.entries(await render())) {
    const text = String(await fragment)
    if (told.get(id) === text) continue
    told.set(id, text)
    changed[id] = text
  }
  if (Object.keys(changed).length === 0) return undefined
  return `event: fragments\ndata: ${JSON.stringify(changed)}\n\n`
}
