import { createHash, timingSafeEqual } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Queryable } from '#store'
import type { MetricsPort } from './machine.ts'

export interface OperationsOptions {
  readonly db: Queryable
  readonly metrics: Pick<MetricsPort, 'scrape' | 'contentType'>
  /** Who may scrape from elsewhere; absent: nobody, only this machine may. */
  readonly metricsToken?: string
}

type Site = Hono<{ Bindings: HttpBindings }>

/**
 * What operators' tools ask: `/health/live` whether the process works at all, `/health/ready` (and
 * `/healthz`) whether it can accept calls, `/metrics` how it does.
 */
export function createOperations({ db, metrics, metricsToken }: OperationsOptions): Site {
  const site: Site = new Hono()
  site.get('/health/live', (context) => context.json({ status: 'ok' }))
  for (const path of ['/health/ready', '/healthz']) {
    site.get(path, async (context) => {
      try {
        await db.query('SELECT 1')
        return context.json({ status: 'ok' })
      } catch {
        return context.json({ status: 'store-unavailable' }, 503)
      }
    })
  }
  site.get('/metrics', async (context) => {
    const refusal = refuseScrape(context.req.raw.headers, context.env, metricsToken)
    if (refusal !== undefined) return context.text(refusal.sentence, refusal.status)
    return context.body(await metrics.scrape(), 200, { 'content-type': metrics.contentType })
  })
  return site
}

/** Undefined: it may. */
function refuseScrape(
  headers: Headers,
  { incoming }: HttpBindings,
  token: string | undefined,
): { readonly status: 401 | 403; readonly sentence: string } | undefined {
  if (token !== undefined) {
    const isKnown = isSame(headers.get('authorization') ?? '', `Bearer ${token}`)
    return isKnown
      ? undefined
      : { status: 401, sentence: 'The token of OUTDIAL_METRICS_TOKEN is needed.\n' }
  }
  const wasForwarded = headers.has('forwarded') || headers.has('x-forwarded-for')
  if (!wasForwarded && isLoopback(incoming.socket.remoteAddress ?? '')) return undefined
  const sentence =
    'Metrics are given to this machine only. Set OUTDIAL_METRICS_TOKEN and send it as a Bearer token.\n'
  return { status: 403, sentence }
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === '::1'
}

/** In a time that says nothing of where they differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
