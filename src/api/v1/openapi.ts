import { z } from 'zod'
import { ROLES } from '#model'
import type { Operation, Reply } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { PATH_PARAMETERS, pathParameters } from './path-parameters.ts'
import { STATUS_OF, UNAVAILABLE, UNPROCESSABLE } from './problem.ts'
import { problemDocument } from './schemas/parts.ts'

type Json = Record<string, unknown>

const TAGS: Readonly<Record<string, string>> = {
  Overview: 'What goes on.',
  Calls: 'Single calls, and what became of each.',
  Campaigns: 'Lists of calls with settings of their own.',
  'Do not call': 'Numbers that the account must not call.',
  Dialogues: 'What dialogues say and do, without a telephone.',
  Events: 'What happens, as it happens.',
  Account: 'The account that asks.',
  Keys: 'What opens this interface.',
  Accounts: 'All accounts: for keys of the installation.',
  Trunks: 'The ways out to the telephone network: for keys of the installation.',
}

/** What may be wrong with every request; with one that has a body; with one that has a JSON body; with a list. */
const COMMON_FAULTS = ['authentication', 'role-not-allowed', 'rate-limited', 'parameter-invalid']
const COMMON_FAULTS_OF_BODIES = ['request-too-large', 'unsupported-content-type', 'upload-broken']
const TEMPORARY: ReadonlySet<string> = new Set([
  ...['overloaded', 'store-unavailable', 'upload-not-storable', 'request-in-progress'],
])

const SCOPE_SAYS = {
  account: '',
  installation: ' of the installation',
  either: ' of an account or of the installation',
} as const

/** The interface as an OpenAPI 3.1 document, whose schemas are those that requests are checked with. */
export function openapiDocument(): Json {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const operation of OPERATIONS) {
    const path = `/v1${operation.path}`
    paths[path] = { ...paths[path], [operation.method]: operationObject(operation, components) }
  }
  const problem = components.refer(problemDocument)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Outdial',
      version: '1',
      summary: 'Queues phone calls, and tells what became of them.',
      description:
        'Every request is one account’s, or one of the installation. Times are RFC 3339 in UTC; what has no value ' +
        'is absent. An answer comes when what it tells is on disk.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The server that has told this document.' }],
    security: [{ key: [] }, { login: [] }],
    tags: [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({
      ...{ name, description: TAGS[name] ?? name },
    })),
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: `A key with a role: ${ROLES.join(', ')}. POST /v1/keys, or outdial key add, makes one.`,
        },
        login: {
          type: 'http',
          scheme: 'basic',
          description: 'Login and PIN of an account: its owner.',
        },
      },
      responses: {
        Problem: {
          description: 'What is wrong.',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
      schemas: components.all(),
    },
  }
}

function operationObject(operation: Operation, components: Components): Json {
  const { id, tag, summary, description, role, scope = 'account', body } = operation
  const says = [description, `Role: ${role}${SCOPE_SAYS[scope]}.`].filter(
    (part) => part !== undefined,
  )
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: says.join(' '),
    'x-role': role,
    'x-scope': scope,
    parameters: parametersOf(operation, components),
    ...(body === undefined ? {} : { requestBody: requestBody(body, components) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.replies).map(([status, reply]) => [
          status,
          responseObject(reply, components),
        ]),
      ),
      ...faultResponses(operation),
    },
  }
}

function parametersOf({ path, query, headers = {} }: Operation, components: Components): Json[] {
  return [
    ...pathParameters(path).map((name) => ({
      ...{ name, in: 'path', required: true },
      description: PATH_PARAMETERS[name].says,
      schema: components.refer(PATH_PARAMETERS[name].schema),
    })),
    ...Object.entries(query?.shape ?? {}).map(([name, schema]) => {
      const { description, ...rest } = components.refer(schema as z.ZodType)
      const required = !(schema as z.ZodType).safeParse(undefined).success
      return {
        ...{ name, in: 'query', required },
        ...(description === undefined ? {} : { description }),
        schema: rest,
      }
    }),
    ...Object.entries(headers).map(([name, description]) => ({
      ...{ name, in: 'header', required: false, description, schema: { type: 'string' } },
    })),
  ]
}

function requestBody(body: NonNullable<Operation['body']>, components: Components): Json {
  if (body.kind === 'list') {
    const description = 'A header whose first column is `destination`, or a number a line.'
    return { required: true, description, content: { 'text/csv': { schema: { type: 'string' } } } }
  }
  const schema = components.refer(body.schema)
  return { required: !body.optional, content: { 'application/json': { schema } } }
}

function responseObject(reply: Reply, components: Components): Json {
  const { says: description, schema, type, headers = {} } = reply
  const types = type === undefined ? [] : [type].flat()
  const content: Json = Object.fromEntries(
    types.map((one) => [one, { schema: { type: 'string', ...BINARY[one] } }]),
  )
  if (schema !== undefined) content['application/json'] = { schema: components.refer(schema) }
  const told = Object.entries(headers).map(([name, says]) => [
    name,
    { description: says, schema: { type: 'string' } },
  ])
  return {
    description,
    ...(told.length === 0 ? {} : { headers: Object.fromEntries(told) }),
    ...(Object.keys(content).length === 0 ? {} : { content }),
  }
}

const BINARY: Readonly<Record<string, Json>> = {
  'audio/wav': { contentMediaType: 'audio/wav' },
  'application/vnd.tcpdump.pcap': { contentMediaType: 'application/vnd.tcpdump.pcap' },
}

/** By status, the codes that come with it. */
function faultResponses(operation: Operation): Json {
  const codes = [...COMMON_FAULTS, ...(operation.faults ?? [])]
  if (operation.method !== 'get') codes.push('cross-site-request')
  if (operation.body !== undefined) codes.push(...COMMON_FAULTS_OF_BODIES, 'upload-stalled')
  if (operation.body?.kind === 'json') codes.push('malformed-json', 'not-utf-8')
  codes.push('store-unavailable', 'internal')
  const byStatus = Map.groupBy(new Set(codes), statusOf)
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      String(status),
      {
        $ref: '#/components/responses/Problem',
        description: `${some.join(', ')}.`,
      },
    ]),
  )
}

function statusOf(code: string): number {
  return TEMPORARY.has(code) ? UNAVAILABLE : (STATUS_OF.get(code) ?? UNPROCESSABLE)
}

/** Schemas that have a name, each told once. */
class Components {
  readonly #named = new Map<string, Json>()

  /** The schema as JSON Schema; what has a name within it, or is it, by reference. */
  refer(schema: z.ZodType): Json {
    const {
      $schema: _,
      $defs,
      ...own
    } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        // Of the pattern people can read as little as of a page of it.
        if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
      },
    }) as Json & { $defs?: Record<string, Json> }
    for (const [name, one] of Object.entries($defs ?? {})) this.#keep(name, one)
    const { id, ...rest } = own
    if (typeof id !== 'string') return moved(rest) as Json
    this.#keep(id, rest)
    return { $ref: `#/components/schemas/${id}` }
  }

  all(): Json {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  #keep(name: string, schema: Json): void {
    const { id: _, ...rest } = schema
    this.#named.set(name, moved(rest) as Json)
  }
}

/** With its references to where an OpenAPI document has its schemas. */
function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) =>
      name === '$ref' && typeof one === 'string'
        ? [name, one.replace('#/$defs/', '#/components/schemas/')]
        : [name, moved(one)],
    ),
  )
}
