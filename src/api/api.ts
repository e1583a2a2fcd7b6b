import { Hono } from 'hono'
import type { CallsContext } from '#calls'
import { clientAddress } from './client-address.ts'
import { queuecall } from './plum/queuecall.ts'
import { queuecalls } from './plum/queuecalls.ts'
import { refusedRows } from './plum/refused-rows.ts'
import { DEFAULT_REQUEST_LIMITS, type RequestLimits } from './request-limits.ts'
import { createV1 } from './v1/v1.ts'
import type { V1Options } from './v1/v1-options.ts'

/** `uploadFolder` is made where it is not there. */
export type ApiOptions = Partial<RequestLimits> & Omit<V1Options, keyof RequestLimits>

/** A turnkey installation of the original serves the same methods under `/outbound/` too. */
const PREFIXES = ['', '/outbound']

/** The HTTP interface. Handlers want nothing but a request: test them by `api.request()`. */
export function createApi(context: CallsContext, options: ApiOptions): Hono {
  const limits = { ...DEFAULT_REQUEST_LIMITS, ...options }
  const api = new Hono()
  for (const prefix of PREFIXES) {
    const add = (method: 'POST' | 'GET', name: string, answer: Answer): void => {
      const path = `${prefix}/webservice/${name}`
      api.on(method, path, (c) => answer(c.req.raw, clientAddress(c)))
      api.all(path, (c) => c.text(WRONG_METHOD[method], 405, { allow: method }))
    }
    add('POST', 'queuecall.php', (request, address) =>
      queuecall(context, request, { ...limits, address }),
    )
    add('POST', 'queuecalls.php', (request, address) =>
      queuecalls(context, request, { ...limits, address }),
    )
    add('GET', 'refusedrows.php', (request, address) => refusedRows(context, request, address))
  }
  api.route('/v1', createV1(context, limits))
  return api
}

/** `address`: where it comes from. */
type Answer = (request: Request, address: string) => Promise<Response>

const WRONG_METHOD = {
  POST: 'This address takes a form by POST; see the reference of the HTTP interface.\n',
  GET: 'This address is read by GET; see the reference of the HTTP interface.\n',
}
