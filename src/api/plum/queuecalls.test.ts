import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Clock, systemClock } from '#base'
import { describeCall, sweepUploads } from '#calls'
import { openTestCalls, type TestCalls } from '#test/calls-context'
import { WebApplication } from '#test/web-application'
import { createApi } from '../api.ts'

const PATH = '/webservice/queuecalls.php'
const web = new WebApplication({ '/start.vxml': '<vxml/>', '/result': 'ok' })
let calls: TestCalls
let uploadFolder: string

before(async () => {
  await web.start()
  calls = await openTestCalls()
  uploadFolder = await mkdtemp(join(tmpdir(), 'outdial-uploads-'))
})
after(async () => {
  await calls.close()
  await web.stop()
  await rm(uploadFolder, { recursive: true })
})

type Value = string | Blob
type Fields = Readonly<Record<string, Value | undefined>>

let campaigns = 0

/** A form as clients send it: the file last, unless the changes say otherwise. */
function form(list: Value | undefined, changes: Fields = {}): FormData {
  campaigns += 1
  const fields: Fields = {
    login: 'user',
    pin: '1234',
    campaign_name: `campaign ${campaigns}`,
    start_url: web.url('/start.vxml'),
    ...changes,
    ...(list === undefined || 'phone_list' in changes ? {} : { phone_list: list }),
  }
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') data.append(name, value)
    else if (value !== undefined) data.append(name, value, `${name}.csv`)
  }
  return data
}

function file(text: string | Uint8Array<ArrayBuffer>): Blob {
  return new Blob([text], { type: 'text/csv' })
}

async function post(body: FormData, headers: Record<string, string> = {}): Promise<string> {
  const api = createApi(calls.context, { uploadFolder })
  return (await api.request(PATH, { method: 'POST', body, headers })).text()
}

const attribute = (xml: string, name: string): string | undefined =>
  new RegExp(` ${name}="([^"]*)"`).exec(xml)?.[1]

const counts = (xml: string): (number | undefined)[] =>
  ['accepted', 'refused', 'duplicates'].map((name) => Number(attribute(xml, name)))

/** The calls of a reply's list, as they are on disk. */
function callsOf(xml: string): Promise<Record<string, unknown>[]> {
  return calls.context.db.query(
    `SELECT c.call_id, c.phone_number, c.destination, c.caller_id, c.message_reference,
       c.call_parameters, c.columns, c.time_zone, c.due_at, c.expires_at, l.state
     FROM calls c JOIN call_lists l USING (list_id) WHERE list_id = $1 ORDER BY call_id`,
    [Number(attribute(xml, 'list_id'))],
  )
}

const NUMBERS = '6177123000\n16177123001\r\n+16177123002;postd=p1\n'

test('the documented request gets the documented reply', async () => {
  const xml = await post(form(file(NUMBERS), { campaign_name: 'spring' }))
  assert.equal(
    xml,
    `<?xml version="1.0"?>
<queuecalls status="queued" campaign_id="${attribute(xml, 'campaign_id')}" list_id="${attribute(xml, 'list_id')}" accepted="3" refused="0" duplicates="0">
    <login>user</login>
    <pin>****</pin>
    <campaign_name>spring</campaign_name>
    <start_url>${web.url('/start.vxml')}</start_url>
</queuecalls>
`,
  )
  assert.deepEqual(
    (await callsOf(xml)).map(({ destination, state }) => [destination, state]),
    [
      ['+16177123000', 'complete'],
      ['+16177123001', 'complete'],
      ['+16177123002', 'complete'],
    ],
  )
})

test('columns set the row’s own values, and the others are variables of the call', async () => {
  const list =
    '\ufeffdestination,Name,message_reference,call_parameters,scheduled_time,expiration_time,time_zone,caller_id\r\n' +
    '6177123000,"Zoë, ""Z""",r1,a=1,2040-07-01 09:00,2040-07-02,America/Los_Angeles,6175550100\r\n' +
    '6177123001,"two\nlines",,,,,,\r\n'
  const [first, second, ...more] = await callsOf(await post(form(file(list))))
  assert.deepEqual(more, [])
  const { call_id, ...values } = first ?? {}
  assert.deepEqual(values, {
    phone_number: '6177123000',
    destination: '+16177123000',
    caller_id: '6175550100',
    message_reference: 'r1',
    call_parameters: 'a=1',
    columns: { Name: 'Zoë, "Z"' },
    time_zone: 'America/Los_Angeles',
    due_at: new Date('2040-07-01T16:00:00Z'),
    expires_at: new Date('2040-07-02T07:00:00Z'),
    state: 'complete',
  })
  assert.deepEqual(second?.['columns'], { Name: 'two\nlines' })
  assert.equal(second?.['caller_id'], null)
  assert.ok((second?.['due_at'] as Date) <= new Date())
})

test('a bad row does not sink the others; all are told and can be downloaded', async () => {
  const list =
    'destination,scheduled_time,expiration_time,time_zone,caller_id,call_parameters\n' +
    '123,,,,,\n' +
    '6177123000,gibberish,,,,\n' +
    '6177123000,,yesterday,,,\n' +
    '6177123000,+2 days,+1 day,,,\n' +
    '6177123000,,,Mars/Base,,\n' +
    '6177123000,,,,12,\n' +
    '6177123000;ani=6175550101,,,,6175550100,\n' +
    `6177123000,,,,,${'x'.repeat(256)}\n` +
    '6177123000,,\n' +
    '6177123000,,,,,fine\n' +
    '"=cmd|""x""",,,,,\n'
  const xml = await post(form(file(list)))
  assert.deepEqual(counts(xml), [1, 10, 0])
  const told = [...xml.matchAll(/<row line="(\d+)" value="([^"]*)" code="([^"]*)">([^<]*)</g)]
  assert.deepEqual(
    told.map(([, line, value = '', code]) => [line, value.slice(0, 12), code]),
    [
      ['2', '123', 'invalid-phone-number'],
      ['3', 'gibberish', 'unparsable-time'],
      ['4', 'yesterday', 'expiration-in-past'],
      ['5', '+1 day', 'expiration-not-after-scheduled'],
      ['6', 'Mars/Base', 'invalid-time-zone'],
      ['7', '12', 'invalid-caller-id'],
      ['8', '6175550100', 'conflicting-caller-ids'],
      ['9', 'xxxxxxxxxxxx', 'field-too-long'],
      ['10', '6177123000,,', 'row-cells'],
      ['12', '=cmd|&quot;x', 'invalid-phone-number'],
    ],
  )
  assert.match(told[0]?.[4] ?? '', /^destination is not a valid number of US; /)

  const id = attribute(xml, 'list_id')
  const basic = { authorization: `Basic ${btoa('user:1234')}` }
  const api = createApi(calls.context, { uploadFolder })
  const response = await api.request(`/webservice/refusedrows.php?list_id=${id}`, {
    headers: basic,
  })
  assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
  const lines = (await response.text()).split('\r\n')
  assert.equal(lines.length, 12)
  assert.equal(lines[0], 'line,value,code,reason')
  assert.match(lines[4] ?? '', /^"5","'\+1 day","expiration-not-after-scheduled","/)
  assert.match(lines[10] ?? '', /^"12","'=cmd\|""x""","invalid-phone-number","/)
  const asFields = `/outbound/webservice/refusedrows.php?list_id=${id}&login=user&pin=1234`
  assert.equal((await api.request(asFields)).status, 200)
  assert.equal((await api.request(asFields.replace('1234', '1235'))).status, 401)
  assert.equal((await api.request(asFields.replace(`${id}`, '999999'))).status, 400)
})

test('duplicates are counted, and dropped where that is asked for', async () => {
  const list = '6177123000\n6177123001\n+1 617 712 3000\n6177123000\n'
  const kept = await post(form(file(list)))
  assert.deepEqual(counts(kept), [4, 0, 2])
  const dropped = await post(form(file(list), { duplicates: 'drop' }))
  assert.deepEqual(counts(dropped), [2, 0, 2])
  assert.match(dropped, /<row line="3" value="\+1 617 712 3000" code="duplicate-number">/)
  assert.equal((await callsOf(dropped)).length, 2)
})

test('on_error=abort refuses the whole list for one bad row, and the name stays free', async () => {
  const aborted = await post(
    form(file('6177123000\n12\n'), { on_error: 'abort', campaign_name: 'strict' }),
  )
  assert.equal(attribute(aborted, 'code'), 'list-row-refused')
  assert.match(aborted, /<row line="2" value="12" code="invalid-phone-number">/)
  const left = await calls.context.db.query(
    `SELECT FROM campaigns WHERE name = 'strict' OR name LIKE 'failed upload%'`,
  )
  assert.deepEqual(left, [])
  assert.match(
    await post(form(file(NUMBERS), { on_error: 'abort', campaign_name: 'strict' })),
    /status="queued"/,
  )
})

test('the fields may come after the file', async () => {
  const body = new FormData()
  body.append('phone_list', file(NUMBERS), 'list.txt')
  for (const [name, value] of form(undefined, { duplicates: 'drop' })) body.append(name, value)
  assert.deepEqual(counts(await post(body)), [3, 0, 0])
})

test('the PIN is checked before the file is read, where it came first', async () => {
  const encoder = new TextEncoder()
  const part = (name: string): string => `--b\r\ncontent-disposition: form-data; name="${name}"`
  const head = ['login', 'pin'].map((name) => `${part(name)}\r\n\r\nwrong\r\n`).join('')
  const replied = Promise.withResolvers<void>()
  const body = ReadableStream.from(
    (async function* () {
      yield encoder.encode(`${head}${part('phone_list')}; filename="l"\r\n\r\n6177123000\n`)
      // A client that goes on only when it has been answered.
      await replied.promise
    })(),
  )
  // Of three seconds that it pauses, 150 milliseconds are enough here.
  const setTimer: Clock['setTimer'] = (delayMs, fire) => systemClock.setTimer(delayMs / 20, fire)
  const context = { ...calls.context, clock: { ...systemClock, setTimer } }
  const response = await createApi(context, { uploadFolder }).request(PATH, {
    method: 'POST',
    body,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    duplex: 'half',
  } as RequestInit)
  assert.equal(attribute(await response.text(), 'code'), 'authentication')
  assert.equal(response.headers.get('connection'), 'close')
  assert.deepEqual(readdirSync(uploadFolder), [])
  replied.resolve()
})

test('a campaign’s name is taken once, in an account', async () => {
  const again = { campaign_name: 'twice' }
  assert.match(await post(form(file(NUMBERS), again)), /status="queued"/)
  assert.equal(attribute(await post(form(file(NUMBERS), again)), 'code'), 'campaign-exists')
})

test('calls are added to a campaign that is there, and not to one that has ended', async () => {
  const first = await post(form(file(NUMBERS), { campaign_name: 'grows' }))
  const add = { campaign_name: undefined, start_url: undefined, add_to_campaign: 'grows' }
  const added = await post(form(file('6177123009\n'), { ...add, expiration_time: '2040-01-01' }))
  assert.equal(attribute(added, 'campaign_id'), attribute(first, 'campaign_id'))
  assert.notEqual(attribute(added, 'list_id'), attribute(first, 'list_id'))
  const [call] = await callsOf(added)
  assert.deepEqual(call?.['expires_at'], new Date('2040-01-01'))
  const found = await describeCall(calls.context, Number(call?.['call_id']))
  assert.equal(found?.campaignName, 'grows')

  const codes = async (fields: Fields): Promise<unknown[]> => {
    const xml = await post(form(file(NUMBERS), fields))
    return [attribute(xml, 'code'), attribute(xml, 'field')]
  }
  assert.deepEqual(await codes({ ...add, add_to_campaign: 'no such' }), [
    'campaign-not-found',
    'add_to_campaign',
  ])
  assert.deepEqual(await codes({ ...add, add_to_campaign: 'default' }), [
    'campaign-not-found',
    'add_to_campaign',
  ])
  assert.deepEqual(await codes({ ...add, max_retries: '3' }), [
    'field-not-for-adding',
    'max_retries',
  ])
  const { db } = calls.context
  for (const closed of [
    `state = 'canceled'`,
    `state = 'completed'`,
    'draining = true',
    `expires_at = now() - interval '1 s'`,
  ]) {
    await db.execute(
      `UPDATE campaigns SET state = 'running', draining = false, expires_at = null WHERE name = 'grows'`,
    )
    await db.execute(`UPDATE campaigns SET ${closed} WHERE name = 'grows'`)
    assert.deepEqual(await codes(add), ['campaign-closed', 'add_to_campaign'], closed)
  }
})

/** Runs `statement` whenever calls were written: something happens while a list is imported. */
async function whileImporting<T>(statement: string, work: () => Promise<T>): Promise<T> {
  const { db } = calls.context
  await db.execute(
    `CREATE OR REPLACE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN ${statement}; RETURN NULL; END $$;
     CREATE TRIGGER meanwhile AFTER INSERT ON calls FOR EACH STATEMENT EXECUTE FUNCTION meanwhile()`,
  )
  try {
    return await work()
  } finally {
    await db.execute('DROP TRIGGER meanwhile ON calls')
  }
}

test('an upload whose campaign is canceled meanwhile is not queued', async () => {
  const first = await post(form(file(NUMBERS), { campaign_name: 'doomed' }))
  const add = { campaign_name: undefined, start_url: undefined, add_to_campaign: 'doomed' }
  const xml = await whileImporting(
    `UPDATE campaigns SET state = 'canceled' WHERE name = 'doomed'`,
    () => post(form(file(NUMBERS), add)),
  )
  assert.equal(attribute(xml, 'code'), 'campaign-closed')
  assert.equal((await callsOf(first)).length, 3, 'what was queued before stays')
})

test('an upload that was given up for stalled ends so, and nothing of it is left', async () => {
  const body = form(file(NUMBERS), { campaign_name: 'zombie' })
  const xml = await whileImporting(
    `UPDATE call_lists SET state = 'failed' WHERE state = 'importing'`,
    () => post(body),
  )
  assert.match(xml, /<error code="upload-lost" temporary="true">/)
  await sweepUploads(calls.context)
  const left = await calls.context.db.query(`SELECT FROM campaigns WHERE name = 'zombie'`)
  assert.deepEqual(left, [])
})

test('the same key gives the same reply, another request its own error', async () => {
  const key = { 'idempotency-key': 'k-1' }
  const fields = { campaign_name: 'keyed' }
  const first = await post(form(file(`${NUMBERS}12\n`), fields), key)
  assert.equal(await post(form(file(`${NUMBERS}12\n`), fields), key), first)
  assert.equal(attribute(first, 'refused'), '1')
  const other = await post(form(file(NUMBERS), fields), key)
  assert.equal(attribute(other, 'code'), 'idempotency-key-reused')
  const bad = await post(form(file(NUMBERS), fields), { 'idempotency-key': 'ü' })
  assert.equal(attribute(bad, 'code'), 'invalid-idempotency-key')
})

test('the same upload sent several times at once is one campaign', async () => {
  const key = { 'idempotency-key': 'k-3' }
  const send = (): Promise<string> => post(form(file(NUMBERS), { campaign_name: 'raced' }), key)
  const replies = await Promise.all(Array.from({ length: 6 }, send))
  const queued = replies.filter((xml) => xml.includes('status="queued"'))
  assert.equal(new Set(queued).size, 1)
  for (const xml of replies) {
    if (!queued.includes(xml)) assert.equal(attribute(xml, 'code'), 'request-in-progress')
  }
  assert.equal(await send(), queued[0])
})

test('a key is free again where its upload failed', async () => {
  const key = { 'idempotency-key': 'k-2' }
  const fields = { campaign_name: 'second try' }
  assert.equal(attribute(await post(form(file('12\n'), fields), key), 'code'), 'list-without-calls')
  assert.match(await post(form(file(NUMBERS), fields), key), /status="queued"/)
})

const MARKED = (mark: string, text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat([Buffer.from(mark, 'latin1'), Buffer.from(text, 'utf16le')]))

type Refusal = readonly [name: string, list: Value | undefined, changes: Fields, error: string]

const REFUSED: readonly Refusal[] = [
  ['no file', undefined, {}, 'missing-field phone_list'],
  ['text as the file', '6177123000', {}, 'field-is-text phone_list'],
  ['a file as a field', file(NUMBERS), { start_url: file('x') }, 'field-is-file start_url'],
  ['an empty list', file(''), {}, 'list-empty phone_list'],
  ['a list of blank lines', file('\n\r\n\n'), {}, 'list-empty phone_list'],
  ['a header alone', file('destination,name\n'), {}, 'list-empty phone_list'],
  ['bad rows only', file('destination\n1\n2\n'), {}, 'list-without-calls phone_list'],
  ['no destination', file('phone,name\n1,2\n'), {}, 'list-without-destination phone_list'],
  ['a late one', file('name,destination\nx,1\n'), {}, 'list-without-destination phone_list'],
  ['semicolons', file('destination;name\n1;2\n'), {}, 'list-without-destination phone_list'],
  ['a column twice', file('destination,a,a\n'), {}, 'list-column-twice phone_list'],
  ['another destination', file('destination,Destination\n'), {}, 'list-column-twice phone_list'],
  ['ours twice', file('destination,time_zone,Time_Zone\n'), {}, 'list-column-twice phone_list'],
  ['a reserved column', file('destination,call_id\n'), {}, 'list-column-reserved phone_list'],
  ['an unnamed column', file('destination,a,\n'), {}, 'list-column-unnamed phone_list'],
  ['a prototype', file('destination,__proto__\n'), {}, 'list-column-name phone_list'],
  ['a long name', file(`destination,${'x'.repeat(65)}\n`), {}, 'list-column-name phone_list'],
  [
    'too many columns',
    file(`destination,${Array.from({ length: 100 }, (_, at) => `c${at}`)}\n`),
    {},
    'list-column-limit phone_list',
  ],
  ['UTF-16', file(MARKED('\xff\xfe', NUMBERS)), {}, 'list-not-utf-8 phone_list'],
  ['UTF-16 without a mark', file(MARKED('', NUMBERS)), {}, 'list-not-utf-8 phone_list'],
  [
    'Latin-1',
    file(new Uint8Array([...Buffer.from('destination,a\n1,'), 0xfc])),
    {},
    'list-not-utf-8 phone_list',
  ],
  ['NUL', file('6177123000\n6177\x00123\n'), {}, 'list-has-nul phone_list'],
  ['an open quote', file('6177123000\n"6177\n1\n'), {}, 'list-quote-not-closed phone_list'],
  ['a quote within', file('6177123000\n61"77\n'), {}, 'list-quote-misplaced phone_list'],
  ['text after a quote', file('6177123000\n"61"77\n'), {}, 'list-quote-misplaced phone_list'],
  ['a long line', file('1'.repeat(70_000)), {}, 'list-row-too-long phone_list'],
  [
    'a long field',
    file(NUMBERS),
    { campaign_name: 'x'.repeat(9000) },
    'field-too-long campaign_name',
  ],
  [
    'a control character',
    file(NUMBERS),
    { campaign_name: 'a\nb' },
    'invalid-character campaign_name',
  ],
  ['a wrong choice', file(NUMBERS), { duplicates: 'maybe' }, 'invalid-choice duplicates'],
  ['another method', file(NUMBERS), { start_method: 'put' }, 'invalid-choice start_method'],
  ['no name', file(NUMBERS), { campaign_name: undefined }, 'missing-field campaign_name'],
  ['no start_url', file(NUMBERS), { start_url: undefined }, 'missing-field start_url'],
  ['a dead URL', file(NUMBERS), { start_url: 'DEAD' }, 'start-url-status start_url'],
]

for (const [name, list, changes, error] of REFUSED) {
  test(`refuses ${name}: ${error}`, async () => {
    const dead = changes['start_url'] === 'DEAD' ? { start_url: web.url('/none') } : {}
    const xml = await post(form(list, { ...changes, ...dead }))
    assert.match(xml, /^<\?xml version="1.0"\?>\n<queuecalls status="failed">/)
    assert.equal(`${attribute(xml, 'code')} ${attribute(xml, 'field')}`, error)
  })
}

test('two files are one too many', async () => {
  const body = form(file(NUMBERS))
  body.append('phone_list', file(NUMBERS), 'more.csv')
  assert.equal(attribute(await post(body), 'code'), 'field-given-twice')
})

test('nothing is left of all that was refused', async () => {
  await sweepUploads(calls.context)
  const { db } = calls.context
  assert.deepEqual(await db.query(`SELECT FROM call_lists WHERE state <> 'complete'`), [])
  assert.deepEqual(await db.query(`SELECT FROM idempotency_keys WHERE answer IS NULL`), [])
  const orphans = `SELECT FROM calls WHERE list_id NOT IN (SELECT list_id FROM call_lists)`
  assert.deepEqual(await db.query(orphans), [])
  assert.deepEqual(readdirSync(uploadFolder), [])
})
