import type { z } from 'zod'
import type { CallsContext, Principal } from '#calls'
import type { Account, Role } from '#model'
import type { RequestBody } from '../request-body.ts'
import type { PathParameter } from './path-parameters.ts'
import type { V1Options } from './v1-options.ts'

export type Method = 'get' | 'post' | 'patch' | 'delete'

/** What of a request an operation is given, read and checked. */
export interface Asked<Query, Body> {
  readonly calls: CallsContext
  readonly options: V1Options
  readonly principal: Principal
  /** Of an operation of the scope `account`. */
  readonly account: Account
  readonly request: Request
  /** @throws OutdialError that there is no such thing, where the path holds no id */
  id(parameter: PathParameter): number
  name(parameter: PathParameter): string
  readonly query: Query
  /** What the schema of the body made of it; where a verb checks it, as it came. */
  readonly body: Body
  /** The body of an operation that takes a list. */
  readonly stream: RequestBody
}

export interface JsonBody<Schema extends z.ZodType = z.ZodType> {
  readonly kind: 'json'
  readonly schema: Schema
  /** The verb reads it with the same schema, and has errors of its own. */
  readonly checkedByVerb?: true
  /** It may be left out. */
  readonly optional?: true
  /** Default 64 KiB. */
  readonly maxBytes?: number
}

/** `text/csv`, read as it comes; `withKey`: kept on disk first, and part of what an Idempotency-Key stands for. */
export interface ListBody {
  readonly kind: 'list'
}

export interface Reply {
  readonly says: string
  /** Of a JSON body, unless `type` says otherwise; absent: no body. */
  readonly schema?: z.ZodType
  readonly type?: string | readonly string[]
  /** By name: what it says. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface OperationTerms<Query extends z.ZodRawShape, Body extends JsonBody | ListBody> {
  readonly id: string
  readonly method: Method
  /** Under `/v1`, parameters in braces. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** The least that may do it. */
  readonly role: Role
  /** Whose keys may: an account's (the default), the installation's, or either. */
  readonly scope?: 'account' | 'installation' | 'either'
  /** Absent: whatever changes something is written into the audit log. */
  readonly audited?: false
  readonly query?: z.ZodObject<Query>
  /** Request headers that it looks at, by name: what they say. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
  readonly replies: Readonly<Record<number, Reply>>
  /** Codes of what may be wrong, besides what may be wrong with every request. */
  readonly faults?: readonly string[]
  readonly handle: (
    asked: Asked<
      z.infer<z.ZodObject<Query>>,
      Body extends JsonBody<infer Schema> ? z.infer<Schema> : undefined
    >,
  ) => Promise<Response>
}

/** One request that the interface knows: all that is said of it, once. */
export interface Operation
  extends Omit<OperationTerms<z.ZodRawShape, JsonBody | ListBody>, 'handle'> {
  readonly handle: (asked: Asked<unknown, unknown>) => Promise<Response>
}

export function operation<
  Query extends z.ZodRawShape = Record<never, z.ZodType>,
  const Body extends JsonBody | ListBody = ListBody,
>(terms: OperationTerms<Query, Body>): Operation {
  return terms as unknown as Operation
}

export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
  options: Pick<JsonBody, 'checkedByVerb' | 'optional' | 'maxBytes'> = {},
): JsonBody<Schema> {
  return { kind: 'json', schema, ...options }
}

export const LIST_BODY: ListBody = { kind: 'list' }
