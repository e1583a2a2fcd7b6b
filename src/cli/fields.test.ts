import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { InvalidArgumentError } from 'commander'
import {
  ACCOUNT_FIELDS,
  CAMPAIGN_FIELDS,
  type Fields,
  type Form,
  NEW_CAMPAIGN_FIELDS,
  PACING_FIELDS,
  SCHEDULE_FIELDS,
} from './fields.ts'
import { fieldCollector } from './read-field.ts'

interface Schema {
  readonly type?: string | readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
}

const { paths } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../docs/reference/openapi.json'), 'utf8'),
)

/** Those of the command line that are no fields there: arguments and options of their own. */
const OPTIONS = ['campaign_name', 'duplicates', 'on_error', 'scheduled_timestamp']

describe('the fields of the command line', () => {
  const bodies: readonly (readonly [string, Fields])[] = [
    ['/v1/campaigns/{campaign_id}', CAMPAIGN_FIELDS],
    ['/v1/accounts/{login}', ACCOUNT_FIELDS],
    ['/v1/schedules/{schedule}', SCHEDULE_FIELDS],
    ['/v1/pacing-profiles/{pacing_profile}', PACING_FIELDS],
  ]
  for (const [path, fields] of bodies) {
    it(`are those of PATCH ${path}, and written as it takes them`, () => {
      const { schema } = paths[path].patch.requestBody.content['application/json']
      const forms = Object.entries<Schema>(schema.properties).map(([name, of]) => [name, form(of)])
      assert.deepEqual(Object.entries(fields), forms)
    })
  }

  it('are those of a new campaign', () => {
    const parameters: { name: string; in: string; schema: Schema }[] =
      paths['/v1/campaigns'].post.parameters
    const forms = parameters
      .filter((one) => one.in === 'query' && !OPTIONS.includes(one.name))
      .map((one) => [one.name, form(one.schema)])
    assert.deepEqual({ ...NEW_CAMPAIGN_FIELDS }, Object.fromEntries(forms))
  })
})

describe('field=value', () => {
  const read = fieldCollector({ ...CAMPAIGN_FIELDS, serialize_numbers: 'truth' })
  const cases: readonly (readonly [string, unknown])[] = [
    ['lines=20', 20],
    ['weight=0.5', 0.5],
    ['lines=many', 'many'],
    ['schedule=2024', '2024'],
    ['schedule=true', 'true'],
    ['pacing_profile={}', '{}'],
    ['caller_id=6175550100', '6175550100'],
    ['expiration_time=2026', '2026'],
    ['serialize_numbers=false', false],
    ['serialize_numbers=1', '1'],
    ['calling_window=sat 10:00-14:00', 'sat 10:00-14:00'],
    ['calling_window={"sat":["10:00-14:00"]}', { sat: ['10:00-14:00'] }],
    ['holidays=["2026-12-25"]', ['2026-12-25']],
    ['line=20', '20'],
    ['start_url=http://a/?b=c', 'http://a/?b=c'],
    ['schedule=', null],
    ['lines=', null],
  ]
  for (const [text, value] of cases) {
    it(text, () => assert.deepEqual(read(text), [[text.split('=', 1)[0], value]]))
  }

  it('is refused where it is none, or JSON that is broken', () => {
    for (const text of ['lines', '=20', 'Lines=20', 'calling_window={"sat"', 'holidays=[']) {
      assert.throws(() => read(text), InvalidArgumentError, text)
    }
  })

  it('comes after those before it', () => {
    assert.deepEqual(read('lines=2', read('schedule=7')), [
      ['schedule', '7'],
      ['lines', 2],
    ])
  })
})

function form({ type: types, anyOf, enum: choices }: Schema): Form {
  const [type] = [types].flat().filter((one) => one !== 'null')
  const [some] = anyOf?.filter((one) => one.type !== 'null') ?? []
  if (some !== undefined) return form(some)
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'boolean') return 'truth'
  return type === 'string' || choices !== undefined ? 'text' : 'text-or-json'
}
