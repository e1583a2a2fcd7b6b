import assert from 'node:assert/strict'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

// biome-ignore lint/suspicious/noExplicitAny: a document is looked at path by path
type Json = any

export interface DocumentedOperation {
  readonly id: string
  readonly method: string
  /** With parameters in braces. */
  readonly path: string
  readonly role: 'viewer' | 'operator' | 'owner'
  readonly scope: 'account' | 'installation' | 'either'
  readonly parameters: readonly {
    readonly name: string
    readonly in: 'path' | 'query' | 'header'
    readonly required: boolean
    readonly schema: Json
  }[]
  /** The media types of its body and their schemas; absent: it has none. */
  readonly body?: Readonly<Record<string, { readonly schema: Json }>>
}

/** Holds replies against an OpenAPI document: nothing may come that it does not tell. */
export class OpenapiJudge {
  readonly operations: readonly DocumentedOperation[]
  readonly #document: Json
  readonly #ajv: Ajv2020
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(document: object) {
    this.#document = closed(structuredClone(document))
    this.#ajv = new Ajv2020({ strict: false, allErrors: true })
    formats.default(this.#ajv)
    this.#ajv.addSchema(this.#document, 'openapi')
    this.operations = Object.entries<Json>(this.#document.paths).flatMap(([path, item]) =>
      Object.entries<Json>(item).map(([method, one]) => ({
        id: one.operationId,
        ...{ method: method.toUpperCase(), path, parameters: one.parameters },
        ...{ role: one['x-role'], scope: one['x-scope'] },
        ...(one.requestBody === undefined ? {} : { body: one.requestBody.content }),
      })),
    )
  }

  /** Fails where the document does not tell of such a reply; `text`: its body. */
  check({ method, path }: DocumentedOperation, response: Response, text: string): void {
    const where = `/paths/${pointerStep(path)}/${method.toLowerCase()}/responses/${response.status}`
    const told = this.#resolve(this.#at(where))
    assert.ok(
      told,
      `${method} ${path} answers ${response.status}, which is not documented: ${text}`,
    )
    const type = response.headers.get('content-type')?.split(';')[0]
    if (type === undefined) return assert.equal(told.value.content, undefined, where)
    const content = told.value.content?.[type]
    assert.ok(content, `${method} ${path} answers ${response.status} as ${type}`)
    if (type !== 'application/json' && type !== 'application/problem+json') return
    const validate = this.#validatorOf(`${told.where}/content/${pointerStep(type)}/schema`)
    const errors = validate(JSON.parse(text)) ? [] : validate.errors
    assert.deepEqual(errors, [], `${method} ${path} ${response.status}: ${text}`)
  }

  #resolve(found: { where: string; value: Json }): { where: string; value: Json } | undefined {
    const { value } = found
    if (value === undefined) return undefined
    if (typeof value.$ref !== 'string') return found
    return this.#resolve(this.#at(value.$ref.slice(1)))
  }

  #at(where: string): { where: string; value: Json } {
    const steps = where.split('/').slice(1)
    const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    return { where, value: names.reduce((value, name) => value?.[name], this.#document) }
  }

  #validatorOf(where: string): ValidateFunction {
    const pointer = where.split('/').map(encodeURIComponent).join('/')
    const known = this.#validators.get(where) ?? this.#ajv.compile({ $ref: `openapi#${pointer}` })
    this.#validators.set(where, known)
    return known
  }
}

/** Every object that names its properties has no others: what a reply has must be told. */
function closed(value: Json): Json {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const all = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closed(one)]))
  const isObject = all['type'] === 'object' && typeof all['properties'] === 'object'
  return isObject && all['additionalProperties'] === undefined
    ? { ...all, additionalProperties: false }
    : all
}

function pointerStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
