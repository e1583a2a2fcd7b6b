import { Hono } from 'hono'
import { OutdialError } from '#base'
import type { CallsContext } from '#calls'
import { clientAddress } from '../client-address.ts'
import type { InProcess } from '../fetch-as.ts'
import { openapiDocument } from './openapi.ts'
import { OPERATIONS } from './operations.ts'
import { problem } from './problem.ts'
import { RateLimiter } from './rate-limiter.ts'
import { admit, type Door, serveOperation } from './serve-operation.ts'
import type { V1Options } from './v1-options.ts'

/**
 * The JSON interface, `/v1`. Every request is one account's, to which nothing of other accounts exists, or one
 * of the installation. What there is to ask for is a table, `OPERATIONS`. Faults are problem documents (RFC 9457).
 */
export function createV1(calls: CallsContext, options: V1Options): Hono {
  const v1 = new Hono()
  const limiter = new RateLimiter(calls.clock, options.requestsPerMinute)
  const door: Door = { calls, options, limiter }
  v1.onError((error, c) => problem(calls, error, c.req.path))
  // Whoever may not ask for anything may read what could be asked for.
  v1.get('/openapi.json', (c) => c.body(document(), 200, { 'content-type': 'application/json' }))
  for (const operation of OPERATIONS) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
    v1.on(operation.method, path, (c) =>
      serveOperation(door, operation, {
        request: c.req.raw,
        address: clientAddress(c),
        path: c.req.param() as Record<string, string>,
        principal: (c.env as InProcess | undefined)?.principal,
      }),
    )
  }
  v1.all('*', async (c) => {
    await admit(door, { request: c.req.raw, address: clientAddress(c) }, [])
    throw nothingThere(c.req.method, c.req.path)
  })
  return v1
}

let made: string | undefined

/** Made when somebody asks for it first: it takes a tenth of a second, and most processes never need it. */
function document(): string {
  made ??= `${JSON.stringify(openapiDocument())}\n`
  return made
}

function nothingThere(method: string, path: string): OutdialError {
  return new OutdialError(
    'no-such-address',
    `There is no ${method} ${path}; see the reference of the HTTP interface.`,
  )
}
