// Writes src/client/schema.ts anew from docs/reference/openapi.json; a test compares them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const PATH = join(ROOT, 'src/client/schema.ts')

/** What of JSON Schema our document uses. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly string[]
  readonly const?: string | number | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly description?: string
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: 'path' | 'query' | 'header'
    readonly required?: boolean
    readonly schema: Schema
  }[]
  readonly requestBody?: {
    readonly required?: boolean
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>
  }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** The text of src/client/schema.ts. */
export function clientSchema(): string {
  const { paths, components }: Document = JSON.parse(
    readFileSync(join(ROOT, 'docs/reference/openapi.json'), 'utf8'),
  )
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return [
    '// tidy: long file because scripts/client-schema.ts writes it, from docs/reference/openapi.json.',
    ...Object.entries(components.schemas).map(
      ([name, schema]) => `${comment(schema, '')}export type ${name} = ${typeOf(schema, '')}`,
    ),
    '/** What each operation takes, and what it answers; a Response where that is no JSON. */',
    `export interface Operations {\n${operations.map(({ operation }) => typesOf(operation)).join('\n')}\n}`,
    '/** Method, path and the type of the body of each operation. */',
    `export const OPERATIONS = {\n${operations.map(routeOf).join('\n')}\n} as const`,
    '',
  ].join('\n\n')
}

function typesOf({
  operationId,
  summary,
  parameters = [],
  requestBody,
  responses,
}: Operation): string {
  const fields = parameters.map(({ name, required, schema }) => {
    return `${quoted(name)}${required === true ? '' : '?'}: ${typeOf(schema, '      ')}`
  })
  const [type, body] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (body !== undefined) {
    const mark = requestBody?.required === true ? '' : '?'
    fields.push(
      `body${mark}: ${type === 'application/json' ? typeOf(body.schema, '      ') : 'string | Uint8Array | ReadableStream<Uint8Array>'}`,
    )
  }
  const done = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1]
  const reply = done?.content?.['application/json']?.schema
  const answer =
    reply !== undefined
      ? typeOf(reply, '    ')
      : done?.content === undefined
        ? 'undefined'
        : 'Response'
  return [
    `  /** ${summary}. */`,
    `  ${operationId}: {`,
    `    request: ${fields.length === 0 ? 'Record<string, never>' : `{${fields.map((field) => `\n      ${field}`).join('')}\n    }`}`,
    `    reply: ${answer}`,
    '  }',
  ].join('\n')
}

function routeOf(route: { path: string; method: string; operation: Operation }): string {
  const { path, method, operation } = route
  const [type] = Object.keys(operation.requestBody?.content ?? {})
  const words = [method.toUpperCase(), path, ...(type === undefined ? [] : [type])]
  return `  ${operation.operationId}: [${words.map((word) => `'${word}'`).join(', ')}],`
}

function typeOf(schema: Schema, indent: string): string {
  const { $ref, type, anyOf, oneOf, items, properties, additionalProperties } = schema
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? 'unknown'
  if (schema.enum !== undefined)
    return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const some = anyOf ?? oneOf
  if (some !== undefined) return some.map((one) => typeOf(one, indent)).join(' | ')
  switch (type) {
    case 'integer':
      return 'number'
    case 'array':
      return `readonly (${typeOf(items ?? {}, indent)})[]`
    case 'object':
      return properties === undefined && typeof additionalProperties === 'object'
        ? `Readonly<Record<string, ${typeOf(additionalProperties, indent)}>>`
        : objectType(schema, indent)
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return type
    default:
      return 'unknown'
  }
}

function objectType(
  { properties = {}, required = [], additionalProperties }: Schema,
  indent: string,
): string {
  const inner = `${indent}  `
  const lines = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?'
    return `${comment(schema, inner)}${inner}${quoted(name)}${mark}: ${typeOf(schema, inner)}`
  })
  const isOpen = typeof additionalProperties === 'object'
  if (isOpen) lines.push(`${inner}[name: string]: unknown`)
  return lines.length === 0 ? 'Record<string, never>' : `{\n${lines.join('\n')}\n${indent}}`
}

function comment({ description }: Schema, indent: string): string {
  return description === undefined ? '' : `${indent}/** ${description} */\n`
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`
}

if (import.meta.main) writeFileSync(PATH, clientSchema())
