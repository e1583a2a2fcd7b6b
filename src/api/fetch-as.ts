import type { Hono } from 'hono'
import type { Principal } from '#calls'

/** What a request in this process may bring along, and none from outside can. */
export interface InProcess {
  readonly principal?: Principal
}

/**
 * `fetch` for a client in this process: asks the JSON interface as somebody who has been identified already.
 * The pages for people use it, so that what they show and do is what any program may see and do.
 */
export function fetchAs(api: Hono, principal: Principal): typeof fetch {
  const bindings: InProcess = { principal }
  return async (input, init) => api.request(input, init, bindings)
}
