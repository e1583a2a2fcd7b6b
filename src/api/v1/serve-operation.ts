import { z } from 'zod'
import { assert, OutdialError } from '#base'
import { type CallsContext, identify, type Principal } from '#calls'
import { roleAllows } from '#model'
import { readCredentials } from '../credentials.ts'
import { RequestBody, refuseRequest } from '../request-body.ts'
import { auditRequest } from './audit-request.ts'
import type { Asked, JsonBody, Operation } from './operation.ts'
import { PATH_PARAMETERS, readId } from './path-parameters.ts'
import { problem } from './problem.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { readFields, readQuery } from './read-fields.ts'
import { readJson } from './read-json.ts'
import type { V1Options } from './v1-options.ts'

const LIST_TYPES = ['text/csv', 'text/plain']

export interface Door {
  readonly calls: CallsContext
  readonly options: V1Options
  readonly limiter: RateLimiter
}

export interface Incoming {
  readonly request: Request
  readonly path: Readonly<Record<string, string>>
  /** Where it comes from; wrong PINs are counted by it. */
  readonly address: string
  /** Who asks, where that is known already: another room of this process has found it out. */
  readonly principal: Principal | undefined
}

/**
 * Answers a request by an operation: who asks, how often it has, whether it may, what it asks for; then the verb.
 * Whatever is wrong is told as a problem.
 */
export async function serveOperation(
  door: Door,
  operation: Operation,
  { request, path, address, principal: known }: Incoming,
): Promise<Response> {
  const fields: (readonly [string, string])[] = []
  const stream = operation.body?.kind === 'list' ? listStream(door, request) : undefined
  try {
    const principal = known ?? (await admit(door, { request, address }, fields))
    refuseOthers(operation, principal)
    const asked = await readRequest(door, { operation, request, path, principal, stream })
    const reply = await operation.handle(asked)
    await auditRequest(operation, asked, { path, reply })
    return withFields(reply, fields)
  } catch (error) {
    const reply = withFields(problem(door.calls, error, new URL(request.url).pathname), fields)
    return stream === undefined ? reply : refuseRequest(stream, reply)
  }
}

/**
 * Who asks; `fields` gets what its reply says of its rate.
 *
 * @throws OutdialError `cross-site-request`, `authentication`, `rate-limited` (too many requests, or wrong tries); `overloaded` (temporary)
 */
export async function admit(
  { calls, limiter }: Door,
  { request, address }: Pick<Incoming, 'request' | 'address'>,
  fields: (readonly [string, string])[],
): Promise<Principal> {
  refuseOtherSites(request)
  const credentials = readCredentials(request.headers.get('authorization'))
  const principal = await identify(calls, { ...credentials, address })
  const answer = limiter.take(principal.id)
  fields.push(...answer.fields)
  if (answer.retryAfterSeconds === undefined) return principal
  fields.push(['retry-after', String(answer.retryAfterSeconds)])
  throw new OutdialError(
    'rate-limited',
    `The key has sent more requests than it may; send this in ${answer.retryAfterSeconds} s.`,
  )
}

interface Reading {
  readonly operation: Operation
  readonly request: Request
  readonly path: Readonly<Record<string, string>>
  readonly principal: Principal
  readonly stream: RequestBody | undefined
}

async function readRequest(
  { calls, options }: Door,
  { operation, request, path, principal, stream }: Reading,
): Promise<Asked<unknown, unknown>> {
  const { body } = operation
  const query = readQuery(operation.query ?? NO_PARAMETERS, request.url)
  if (stream !== undefined) refuseOtherTypes(request)
  return {
    ...{ calls, options, principal, request, query },
    body: body?.kind === 'json' ? await readBody(body, request, calls) : undefined,
    get account() {
      assert(principal.account !== undefined, 'an operation of an account is asked for by one')
      return principal.account
    },
    get stream() {
      assert(stream !== undefined, 'an operation that reads a list says so')
      return stream
    },
    id: (parameter) => readId(parameter, path[parameter] ?? ''),
    name: (parameter) => {
      const name = path[parameter] ?? ''
      const { schema, notFound } = PATH_PARAMETERS[parameter]
      if (schema.safeParse(name).success && !name.includes('\0')) return name
      throw notFound(Number.NaN)
    },
  }
}

function listStream({ calls, options }: Door, request: Request): RequestBody {
  return new RequestBody(request, {
    clock: calls.clock,
    maxBytes: options.uploadBytes,
    tooLargeCure: 'send the list in parts, or have the operator raise OUTDIAL_UPLOAD_MIB',
    stallMs: options.stallMs,
  })
}

function withFields(response: Response, fields: readonly (readonly [string, string])[]): Response {
  for (const [name, value] of fields) response.headers.set(name, value)
  return response
}

const NO_PARAMETERS = z.strictObject({})

async function readBody(
  { schema, checkedByVerb, optional, maxBytes }: JsonBody,
  request: Request,
  { clock }: CallsContext,
): Promise<unknown> {
  const fields = await readJson(request, clock, maxBytes)
  if (fields === undefined && !optional) {
    throw new OutdialError('malformed-json', 'The request has no body; send a JSON object.')
  }
  return checkedByVerb ? (fields ?? {}) : readFields(schema, fields ?? {})
}

/** A browser remembers Basic credentials, and would send them for any page that asks it to. */
function refuseOtherSites(request: Request): void {
  const from = request.headers.get('sec-fetch-site')
  if (request.method === 'GET' || from === null || from === 'same-origin' || from === 'none') return
  throw new OutdialError('cross-site-request', 'A page of another site may not send this request.')
}

function refuseOthers({ role, scope = 'account' }: Operation, principal: Principal): void {
  const isAccount = principal.account !== undefined
  if (scope !== 'either' && isAccount !== (scope === 'account')) {
    throw new OutdialError(
      'role-not-allowed',
      isAccount
        ? 'This is the installation’s; send one of its keys (outdial key add --installation).'
        : 'This is an account’s; send a key of that account, not one of the installation.',
    )
  }
  if (roleAllows(principal.role, role)) return
  throw new OutdialError(
    'role-not-allowed',
    `The key is one of a ${principal.role}, and this needs an ${role}; send another.`,
  )
}

function refuseOtherTypes(request: Request): void {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== undefined && LIST_TYPES.includes(mediaType)) return
  throw new OutdialError(
    'unsupported-content-type',
    'The list must be the body of the request; send it as text/csv.',
  )
}
