import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { OutdialError, onStop } from '#base'
import { addAccount, type CallsContext, describeCall } from '#calls'
import { openTestCalls, type TestCalls } from '#test/calls-context'
import { WebApplication } from '#test/web-application'
import { createApi } from '../api.ts'

const PATH = '/webservice/queuecall.php'
const API = { uploadFolder: join(tmpdir(), 'outdial-uploads') }
const web = new WebApplication({ '/start.vxml': '<vxml/>', '/result': 'ok' })
let calls: TestCalls

before(async () => {
  await web.start()
  calls = await openTestCalls()
})
after(async () => {
  await calls.close()
  await web.stop()
})

type Pairs = readonly (readonly [name: string, value: string])[]

const valid = (): Pairs => [
  ['login', 'user'],
  ['pin', '1234'],
  ['phone_number', '+16177123000;ani=8001234567'],
  ['start_url', web.url('/start.vxml')],
]

/** The valid request with some fields put in the place of its own, or added; '' where `undefined`. */
function changed(changes: Readonly<Record<string, string | undefined>>): Pairs {
  const kept = valid().filter(([name]) => !(name in changes))
  const put = Object.entries(changes).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return [...kept, ...put]
}

async function post(
  body: Pairs | FormData,
  path = PATH,
  context = calls.context,
): Promise<Response> {
  const form = body instanceof FormData ? body : new URLSearchParams(body.map(([n, v]) => [n, v]))
  return createApi(context, API).request(path, { method: 'POST', body: form })
}

const callIdOf = (xml: string): number => Number(/ call_id="([0-9]+)"/.exec(xml)?.[1])

test('the documented request gets the documented reply', async () => {
  const response = await post(valid())
  const xml = await response.text()
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/xml; charset=utf-8')
  const callId = callIdOf(xml)
  assert.equal(
    xml,
    `<?xml version="1.0"?>
<queuecall status="queued" call_id="${callId}">
    <login>user</login>
    <pin>****</pin>
    <phone_number>+16177123000;ani=8001234567</phone_number>
    <start_url>${web.url('/start.vxml')}</start_url>
</queuecall>
`,
  )
  const call = await describeCall(calls.context, callId)
  assert.deepEqual(
    [call?.state, call?.campaignName, call?.destination, call?.maxRetries],
    ['queued', 'default', '+16177123000', 0],
  )
})

test('the reply of a turnkey installation’s address is the same, and multipart is as good', async () => {
  const form = new FormData()
  for (const [name, value] of valid()) form.append(name, value)
  form.append('message_reference', 'größe')
  const xml = await (await post(form, `/outbound${PATH}`)).text()
  assert.match(xml, /^<\?xml version="1.0"\?>\n<queuecall status="queued" call_id="\d+">\n/)
  assert.equal((await describeCall(calls.context, callIdOf(xml)))?.messageReference, 'größe')
})

test('all fields are taken, and echoed in the order of the documentation', async () => {
  const xml = await (
    await post(
      changed({
        expiration_time: '+2 days',
        scheduled_time: '+1 day',
        retry_interval: '60',
        max_retry: '10',
        call_parameters: 'a=1&b=<2>',
        message_reference: 'r',
        result_url: web.url('/result'),
        unknown: 'x',
      }),
    )
  ).text()
  assert.deepEqual(
    [...xml.matchAll(/^ {4}<(\w+)>/gm)].map((match) => match[1]),
    [
      ...['login', 'pin', 'phone_number', 'start_url', 'result_url', 'message_reference'],
      ...['call_parameters', 'max_retry', 'retry_interval', 'scheduled_time', 'expiration_time'],
    ],
  )
  assert.match(xml, /<call_parameters>a=1&amp;b=&lt;2&gt;<\/call_parameters>/)
  const call = await describeCall(calls.context, callIdOf(xml))
  assert.equal(call?.maxRetries, 10)
  assert.ok(call?.expiresAt && call.expiresAt > call.dueAt)
})

test('stops by two names on the way', async () => {
  const stops: string[] = []
  const stop = onStop((event) => stops.push(event.stop))
  await post(valid())
  stop()
  assert.deepEqual(stops, ['api/plum/queuecall', 'calls/queue-call', 'store/calls/insert-calls'])
})

const LATER = '4000000000'

const ACCEPTED: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a call_parameters of 255 characters beyond the BMP', { call_parameters: '😀'.repeat(255) }],
  ['a message_reference of 255', { message_reference: 'ü'.repeat(255) }],
  ['no retries', { max_retries: '0' }],
  ['ten retries', { max_retries: '10' }],
  ['the shortest interval', { retry_interval: '60' }],
  ['the longest interval', { retry_interval: '172800' }],
  ['empty optional fields', { result_url: '', max_retries: '', scheduled_timestamp: '' }],
  ['now and never as zero', { scheduled_timestamp: '0', expiration_timestamp: '0' }],
  ['a schedule in the past', { scheduled_timestamp: '1' }],
  ['a time of 80 characters', { scheduled_time: `now${' '.repeat(77)}` }],
  ['both forms that agree', { scheduled_timestamp: LATER, scheduled_time: `@${LATER}` }],
]

for (const [name, fields] of ACCEPTED) {
  test(`accepts ${name}`, async () => {
    assert.match(await (await post(changed(fields))).text(), /status="queued"/)
  })
}

type Refusal = readonly [fields: Readonly<Record<string, string | undefined>>, error: string]

/** The whole `<error>` element of the reply to a request that is valid but for these fields. */
const REFUSED: readonly Refusal[] = [
  [{ login: undefined }, 'missing-field login: login is missing; send 1 to 128 characters.'],
  [{ login: '' }, 'missing-field login: login is missing; send 1 to 128 characters.'],
  [
    { login: 'x'.repeat(129) },
    'field-too-long login: login is too long; send at most 128 characters.',
  ],
  [{ login: 'a\0' }, 'invalid-character login: login has a NUL character; send it without.'],
  [{ pin: undefined }, 'missing-field pin: pin is missing; send 1 to 16 characters.'],
  [{ pin: '1'.repeat(17) }, 'field-too-long pin: pin is too long; send at most 16 characters.'],
  [
    { phone_number: undefined },
    'missing-field phone_number: phone_number is missing; send 1 to 128 characters.',
  ],
  [
    { phone_number: '1'.repeat(129) },
    'field-too-long phone_number: phone_number is too long; send at most 128 characters.',
  ],
  [
    { phone_number: '123' },
    'invalid-phone-number phone_number: phone_number is not a valid number of US; send it in the ' +
      'national form, or with + and country code.',
  ],
  [
    { phone_number: '6177123000;ani=1' },
    'invalid-caller-id phone_number: phone_number has an ;ani= that is not ten digits; send ten ' +
      'digits without the leading 1, or none.',
  ],
  [
    { start_url: undefined },
    'missing-field start_url: start_url is missing; send 1 to 255 characters.',
  ],
  [
    { start_url: `http://x/${'a'.repeat(247)}` },
    'field-too-long start_url: start_url is too long; send at most 255 characters.',
  ],
  ...[
    'ftp://example.org/',
    'example.org',
    'http:127.0.0.1',
    'ht\ntp://x/',
    'http://',
    'http://a b/',
  ].map(
    (start_url): Refusal => [
      { start_url },
      'invalid-url start_url: start_url is not an http or https URL; send a complete one.',
    ],
  ),
  [
    { result_url: 'javascript:alert(1)' },
    'invalid-url result_url: result_url is not an http or https URL; send a complete one.',
  ],
  [
    { result_url: `http://x/${'a'.repeat(247)}` },
    'field-too-long result_url: result_url is too long; send at most 255 characters.',
  ],
  [
    { message_reference: '😀'.repeat(256) },
    'field-too-long message_reference: message_reference is too long; send at most 255 characters.',
  ],
  [
    { call_parameters: 'x'.repeat(256) },
    'field-too-long call_parameters: call_parameters is too long; send at most 255 characters.',
  ],
  ...['11', '-1', '99999999999999999999'].map(
    (max_retries): Refusal => [
      { max_retries },
      'number-out-of-range max_retries: max_retries is out of its range; send 0 to 10.',
    ],
  ),
  ...['one', '1.5', ' 1', '1e1', '0x1', '١'].map(
    (max_retries): Refusal => [
      { max_retries },
      'not-an-integer max_retries: max_retries is not a whole number; send 0 to 10.',
    ],
  ),
  [
    { max_retry: '11' },
    'number-out-of-range max_retry: max_retry is out of its range; send 0 to 10.',
  ],
  [
    { max_retries: '1', max_retry: '1' },
    'field-given-twice max_retries: max_retries was also sent as max_retry; send one of them.',
  ],
  ...['59', '172801', '0'].map(
    (retry_interval): Refusal => [
      { retry_interval },
      'number-out-of-range retry_interval: retry_interval is out of its range; send 60 to 172800.',
    ],
  ),
  [
    { retry_interval: '5m' },
    'not-an-integer retry_interval: retry_interval is not a whole number; send 60 to 172800.',
  ],
  [
    { scheduled_timestamp: 'now' },
    'not-an-integer scheduled_timestamp: scheduled_timestamp is not a whole number; send 0 to ' +
      '253402300799.',
  ],
  [
    { scheduled_timestamp: '253402300800' },
    'number-out-of-range scheduled_timestamp: scheduled_timestamp is out of its range; send 0 to ' +
      '253402300799.',
  ],
  [
    { expiration_timestamp: '-1' },
    'number-out-of-range expiration_timestamp: expiration_timestamp is out of its range; send 0 to ' +
      '253402300799.',
  ],
  [
    { scheduled_time: 'x'.repeat(81) },
    'field-too-long scheduled_time: scheduled_time is too long; send at most 80 characters.',
  ],
  [
    { scheduled_time: 'soonish' },
    'unparsable-time scheduled_time: The time cannot be read: “soonish” is not understood. Write for ' +
      'example “now”, “+3 days”, “oct 14th, 2011 11:05PM EST” or “2026-11-23 14:00”.',
  ],
  [
    { expiration_time: 'x'.repeat(81) },
    'field-too-long expiration_time: expiration_time is too long; send at most 80 characters.',
  ],
  [
    { expiration_time: '2027-13-01' },
    'unparsable-time expiration_time: The time cannot be read: “2027-13-01” is not understood. Write ' +
      'for example “now”, “+3 days”, “oct 14th, 2011 11:05PM EST” or “2026-11-23 14:00”.',
  ],
  [
    { scheduled_timestamp: LATER, scheduled_time: 'now' },
    'conflicting-times scheduled_time: scheduled_timestamp and scheduled_time mean different times; ' +
      'send one of them.',
  ],
  [
    { expiration_timestamp: LATER, expiration_time: '+1 day' },
    'conflicting-times expiration_time: expiration_timestamp and expiration_time mean different ' +
      'times; send one of them.',
  ],
  [
    { expiration_timestamp: '1' },
    'expiration-in-past expiration_timestamp: The expiration has passed already; send a later one, ' +
      'or none.',
  ],
  [
    { scheduled_timestamp: LATER, expiration_timestamp: LATER },
    'expiration-not-after-scheduled expiration_timestamp: The expiration is not after the scheduled ' +
      'time; send a later one, or none.',
  ],
]

for (const [fields, error] of REFUSED) {
  const [name, value] = Object.entries(fields)[0] ?? ['', '']
  test(`refuses ${name} ${JSON.stringify(value?.slice(0, 24))}: ${error.slice(0, 40)}…`, async () => {
    const response = await post(changed(fields))
    const xml = await response.text()
    assert.equal(response.status, 200)
    assert.match(xml, /^<\?xml version="1.0"\?>\n<queuecall status="failed">\n {4}<error /)
    assert.equal(errorOf(xml), error)
    assert.match(xml, /<\/queuecall>\n$/)
    assert.doesNotMatch(xml, /1234<\/pin>/)
  })
}

/** `code field: sentence`. */
function errorOf(xml: string): string {
  const [, code, , field, sentence = ''] =
    /<error code="([^"]+)"( field="([^"]+)")?>([^<]*)<\/error>/.exec(xml) ?? []
  return `${code} ${field}: ${sentence.replaceAll('&lt;', '<').replaceAll('&amp;', '&')}`
}

test('a refusal looks like this', async () => {
  const xml = await (await post(changed({ max_retries: '11' }))).text()
  assert.equal(
    xml,
    `<?xml version="1.0"?>
<queuecall status="failed">
    <error code="number-out-of-range" field="max_retries">max_retries is out of its range; send 0 to 10.</error>
    <login>user</login>
    <pin>****</pin>
    <phone_number>+16177123000;ani=8001234567</phone_number>
    <start_url>${web.url('/start.vxml')}</start_url>
    <max_retries>11</max_retries>
</queuecall>
`,
  )
})

for (const name of [
  'login',
  'pin',
  'phone_number',
  'start_url',
  'call_parameters',
  'max_retries',
]) {
  test(`refuses ${name} sent twice, though alike`, async () => {
    const value = new Map(valid()).get(name) ?? '1'
    const twice = [...changed({ [name]: value }), [name, value] as const]
    const error = `field-given-twice ${name}: ${name} was sent 2 times; send it once.`
    assert.equal(errorOf(await (await post(twice)).text()), error)
  })
}

for (const [login, pin] of [
  ['user', '9999'],
  ['nobody', '1234'],
] as const) {
  test(`${login} with the PIN ${pin} is told nothing but that one of them is wrong`, async () => {
    assert.equal(
      await (await post(changed({ login, pin }))).text(),
      `<?xml version="1.0"?>
<queuecall status="failed">
    <error code="authentication">The login or the PIN is wrong; check both.</error>
</queuecall>
`,
    )
  })
}

test('a start_url or result_url that does not answer 200 fails the request', async () => {
  const absent = web.url('/absent')
  const start = await (await post(changed({ start_url: absent }))).text()
  assert.equal(
    errorOf(start),
    'start-url-status start_url: start_url answered GET with HTTP status 404.',
  )
  const result = await (await post(changed({ result_url: absent }))).text()
  assert.match(errorOf(result), /^result-url-status result_url: /)
})

test('a fault that may pass says so, by status, header and attribute', async () => {
  const away = new OutdialError('store-unavailable', 'The store is away.', { temporary: true })
  const response = await post(valid(), PATH, { ...calls.context, db: failing(away) })
  assert.equal(response.status, 503)
  assert.equal(response.headers.get('retry-after'), '5')
  const error = '<error code="store-unavailable" temporary="true">The store is away.</error>'
  assert.ok((await response.text()).includes(error))
})

test('a mistake of ours is told without its particulars', async () => {
  const response = await post(valid(), PATH, { ...calls.context, db: failing(new Error('secret')) })
  const xml = await response.text()
  assert.equal(response.status, 503)
  assert.match(xml, /<queuecall status="failed">\n {4}<error code="internal" temporary="true">/)
  assert.doesNotMatch(xml, /secret/)
})

function failing(error: Error): CallsContext['db'] {
  const { db } = calls.context
  const reject = (): Promise<never> => Promise.reject(error)
  return {
    query: reject,
    execute: reject,
    copy: reject,
    notify: () => {},
    whenCommitted: () => {},
    transaction: reject,
    listen: (channel, wake) => db.listen(channel, wake),
    start: () => db.start(),
    stop: () => db.stop(),
  }
}

test('other methods are told to POST', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
    const response = await createApi(calls.context, API).request(PATH, { method })
    assert.equal(response.status, 405, method)
    assert.equal(response.headers.get('allow'), 'POST')
  }
})

/** What is wrong with the body as a whole. */
const BODIES: readonly (readonly [
  name: string,
  type: string,
  body: string | Buffer,
  code: string,
])[] = [
  ['JSON', 'application/json', '{}', 'unsupported-content-type'],
  ['no type', '', 'login=user', 'unsupported-content-type'],
  [
    'a long body',
    'application/x-www-form-urlencoded',
    `x=${'a'.repeat(70_000)}`,
    'request-too-large',
  ],
  ['Latin-1', 'application/x-www-form-urlencoded', 'login=%FC', 'not-utf-8'],
  [
    'raw Latin-1',
    'application/x-www-form-urlencoded',
    Buffer.from([0x61, 0x3d, 0xfc]),
    'not-utf-8',
  ],
  ['no boundary', 'multipart/form-data', 'x', 'malformed-form'],
  ['a torn part', 'multipart/form-data; boundary=b', '--b\r\ncontent-', 'malformed-form'],
  ['an empty body', 'application/x-www-form-urlencoded', '', 'missing-field'],
]

for (const [name, type, body, code] of BODIES) {
  test(`refuses ${name}: ${code}`, async () => {
    const headers = type === '' ? [] : [['content-type', type] as [string, string]]
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    const init = { method: 'POST', headers, body: new Uint8Array(bytes) }
    const response = await createApi(calls.context, API).request(PATH, init)
    assert.equal(response.status, 200)
    assert.match(await response.text(), new RegExp(`status="failed">\n    <error code="${code}"`))
  })
}

test('a file in the place of a field is refused', async () => {
  const form = new FormData()
  for (const [name, value] of valid()) form.append(name, value)
  form.append('message_reference', new Blob(['x']), 'x.txt')
  const error =
    'field-is-file message_reference: message_reference was sent as a file; send it as plain text.'
  assert.equal(errorOf(await (await post(form)).text()), error)
})

test('hostile values neither break the reply nor are lost from the call', async () => {
  const hostile = '</call_parameters><queuecall status="queued">\u0001\ufffe]]>&amp;\r\n😀'
  const xml = await (await post(changed({ call_parameters: hostile }))).text()
  assert.equal(xml.match(/<queuecall /g)?.length, 1)
  assert.ok(
    xml.includes(
      '<call_parameters>&lt;/call_parameters&gt;&lt;queuecall status="queued"&gt;' +
        '\uFFFD\uFFFD]]&gt;&amp;amp;&#13;\n😀</call_parameters>',
    ),
  )
})

async function postKeyed(fields: Readonly<Record<string, string>>, key: string): Promise<string> {
  const response = await createApi(calls.context, API).request(PATH, {
    method: 'POST',
    body: new URLSearchParams(changed(fields).map(([n, v]) => [n, v])),
    headers: { 'idempotency-key': key },
  })
  return response.text()
}

test('the same request with the same key is the same call, whatever the order of its fields', async () => {
  const first = await postKeyed({ message_reference: 'k', call_parameters: 'p' }, 'same')
  assert.match(first, /status="queued"/)
  assert.equal(await postKeyed({ call_parameters: 'p', message_reference: 'k' }, 'same'), first)
  assert.notEqual(callIdOf(await postKeyed({ message_reference: 'k' }, 'other')), callIdOf(first))
})

test('a key is one request’s, and one account’s', async () => {
  const first = await postKeyed({}, 'mine')
  assert.match(first, /status="queued"/)
  const error = errorOf(await postKeyed({ message_reference: 'changed' }, 'mine'))
  assert.match(
    error,
    /^idempotency-key-reused Idempotency-Key: The Idempotency-Key was sent before /,
  )
  await addAccount(calls.context, { login: 'neighbour', pin: '1' })
  const other = await postKeyed({ login: 'neighbour', pin: '1' }, 'mine')
  assert.notEqual(callIdOf(other), callIdOf(first))
  for (const key of ['', ' ', 'a b', 'x'.repeat(256)]) {
    assert.match(errorOf(await postKeyed({}, key)), /^invalid-idempotency-key /, key)
  }
})

test('requests that race under one key are one call; a failed one has not used it', async () => {
  assert.match(await postKeyed({ phone_number: '1' }, 'race'), /status="failed"/)
  const replies = await Promise.all(Array.from({ length: 8 }, () => postKeyed({}, 'race')))
  assert.equal(new Set(replies).size, 1)
  assert.match(replies[0] ?? '', /status="queued"/)
})

test('while the first request is at work, its key tells so', async () => {
  await calls.context.db.execute(
    `INSERT INTO idempotency_keys (account_id, key, method, fingerprint)
     SELECT account_id, 'busy', method, fingerprint FROM idempotency_keys WHERE key = 'race'`,
  )
  const xml = await postKeyed({}, 'busy')
  assert.match(xml, /<error code="request-in-progress" field="Idempotency-Key" temporary="true">/)
})
