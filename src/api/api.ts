import { Hono } from 'hono'
import type { CallsContext } from '#calls'
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
      api.on(method, path, ({ req }) => answer(req.raw))
      api.all(path, (c) => c.text(WRONG_METHOD[method], 405, { allow: method }))
    }
    add('POST', 'queuecall.php', (request) => queuecall(context, request, limits))
    add('POST', 'queuecalls.php', (request) => queuecalls(context, request, limits))
    add('GET', 'refusedrows.php', (request) => refusedRows(context, request))
  }
  api.route('/v1', createV1(context, limits))
  return api
}

type Answer = (request: Request) => Promise<Response>

const WRONG_METHOD = {
  POST: 'This address takes a form by POST; see the reference of the HTTP interface.\n',
  GET: 'This address is read by GET; see the reference of the HTTP interface.\n',
}
