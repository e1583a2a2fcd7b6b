import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpCache } from '#vxml'
import { requests, server, wait } from './a-server.ts'
import { scenario } from './scenario.ts'
import { converse, HOST, type ServedResource } from './scripted-caller.ts'

type Headers = Record<string, string>

const twice = (attributes = '', between = ''): string =>
  `<form><block><data src="d.xml" ${attributes}/>${between}<data src="d.xml" ${attributes}/></block></form>`

/** Two fetches of one address, and how often the server was asked. */
function fetchedTwice(
  title: string,
  headers: Headers,
  expected: number,
  { attributes = '', between = '' }: { attributes?: string; between?: string } = {},
): void {
  scenario(
    title,
    {
      documents: { 'start.vxml': twice(attributes, between) },
      serve: server({ 'd.xml': { headers } }),
    },
    { also: (talk) => assert.equal(requests(talk, 'd.xml').length, expected) },
  )
}

const fresh = { 'cache-control': 'max-age=60' }

fetchedTwice('6.1.2 what has not expired is taken from the cache', fresh, 1)
fetchedTwice('6.1.2 what has expired is fetched again', fresh, 2, { between: wait(61) })
fetchedTwice('6.1.2 without a word of the server nothing is guessed: fetched again', {}, 2)
fetchedTwice('6.1.2 Expires is honored', { expires: 'Tue, 14 Nov 2023 22:14:20 GMT' }, 1)
fetchedTwice('6.1.2 Expires in the past', { expires: 'Tue, 14 Nov 2023 22:13:00 GMT' }, 2)
fetchedTwice('RFC 9111 5.3 an Expires that is no date is past', { expires: '0' }, 2)
fetchedTwice(
  'RFC 9111 4.2.1 max-age wins over Expires',
  { ...fresh, expires: 'Tue, 14 Nov 2023 22:13:00 GMT' },
  1,
)
fetchedTwice(
  'RFC 9111 4.2.3 the Age that a cache on the way tells counts',
  { ...fresh, age: '59' },
  2,
  { between: wait(2) },
)
fetchedTwice(
  'RFC 9111 4.2.3 the Date that the server tells counts',
  { ...fresh, date: 'Tue, 14 Nov 2023 22:12:25 GMT' },
  2,
  { between: wait(6) },
)
fetchedTwice('RFC 9111 5.2.2.5 no-store is not kept', { 'cache-control': 'no-store, max-age=9' }, 2)
fetchedTwice(
  'RFC 9111 5.2.2.4 no-cache is asked again',
  { 'cache-control': 'no-cache, max-age=9' },
  2,
)
fetchedTwice(
  'RFC 9111 5.2.2.7 private is kept for this session',
  { 'cache-control': 'private, max-age=9' },
  1,
)
fetchedTwice('RFC 9111 4.1 Vary: * never matches', { ...fresh, vary: '*' }, 2)
fetchedTwice(
  'RFC 9111 4.1 Vary by what was said alike matches',
  { ...fresh, vary: 'Cookie, Accept' },
  1,
)
fetchedTwice(
  'RFC 9111 4.2.1 a max-age that is no number is stale',
  { 'cache-control': 'max-age=soon' },
  2,
)

fetchedTwice('6.1.2 maxage: younger is good enough', fresh, 1, {
  attributes: 'maxage="10"',
  between: wait(9),
})
fetchedTwice('6.1.2 maxage: older is fetched again, though not expired', fresh, 2, {
  attributes: 'maxage="10"',
  between: wait(11),
})
fetchedTwice('6.1.2.1 maxage="0" asks for a fresh copy unconditionally', fresh, 2, {
  attributes: 'maxage="0"',
})
fetchedTwice('6.1.2 maxstale: what expired not too long ago is good enough', fresh, 1, {
  attributes: 'maxstale="30"',
  between: wait(85),
})
fetchedTwice('6.1.2 maxstale: exceeded', fresh, 2, {
  attributes: 'maxstale="30"',
  between: wait(95),
})
fetchedTwice('6.1.2 maxstale where the server has not said when it expires', {}, 1, {
  attributes: 'maxstale="30"',
  between: wait(20),
})
fetchedTwice(
  'RFC 9111 5.2.2.2 must-revalidate forbids what is stale, whatever maxstale says',
  { 'cache-control': 'max-age=60, must-revalidate' },
  2,
  { attributes: 'maxstale="600"', between: wait(61) },
)
fetchedTwice('6.1.1 both: maxstale counts within maxage', fresh, 2, {
  attributes: 'maxage="70" maxstale="600"',
  between: wait(80),
})
fetchedTwice('6.1.1 a maxage that is no number decides nothing', fresh, 1, {
  attributes: 'maxage="soon"',
  between: wait(30),
})

scenario(
  '6.1.1 maxage and maxstale are told to the caches on the way',
  {
    documents: { 'start.vxml': twice('maxage="0" maxstale="5"') },
    serve: server({ 'd.xml': {} }),
  },
  {
    also: (talk) =>
      assert.equal(
        requests(talk, 'd.xml')[0]?.headers?.['cache-control'],
        'max-age=0, max-stale=5',
      ),
  },
)

const tagged = (request: { headers?: Readonly<Headers> }): Partial<ServedResource> =>
  request.headers?.['if-none-match'] === '"v1"'
    ? { status: 304, body: '', headers: { etag: '"v1"', 'cache-control': 'max-age=60' } }
    : { body: '<a>one</a>', headers: { etag: '"v1"' } }

scenario(
  '6.1.2 "get if modified": 304 brings the kept copy, and makes it fresh',
  {
    documents: {
      'start.vxml': `<form><block><data name="a" src="d.xml"/><data name="b" src="d.xml"/>
        <data name="c" src="d.xml"/>
        <log expr="[a, b, c].map(function (d) { return d.documentElement.firstChild.data }).join()"/></block></form>`,
    },
    serve: server({ 'd.xml': tagged }),
  },
  { logs: ['one,one,one'], also: (talk) => assert.equal(requests(talk, 'd.xml').length, 2) },
)

scenario(
  'RFC 9111 4.3.1 Last-Modified asks as If-Modified-Since',
  {
    documents: { 'start.vxml': twice() },
    serve: server({ 'd.xml': { headers: { 'last-modified': 'Mon, 13 Nov 2023 00:00:00 GMT' } } }),
  },
  {
    also: (talk) =>
      assert.deepEqual(
        requests(talk, 'd.xml').map(({ headers }) => headers?.['if-modified-since']),
        [undefined, 'Mon, 13 Nov 2023 00:00:00 GMT'],
      ),
  },
)

scenario(
  '6.1.2 what was modified replaces the kept copy',
  {
    documents: {
      'start.vxml': `<form><block><data name="a" src="d.xml"/><data name="b" src="d.xml"/>
        <log expr="a.documentElement.tagName + b.documentElement.tagName"/></block></form>`,
    },
    serve: server({
      'd.xml': (_, times) => ({ body: `<v${times}/>`, headers: { etag: `"${times}"` } }),
    }),
  },
  { logs: ['v1v2'] },
)

scenario(
  'RFC 9111 4 a POST is never answered from the cache, and outdates what is kept',
  {
    documents: {
      'start.vxml': `<var name="n" expr="1"/><form><block><data src="d.xml"/><data src="d.xml"/>
        <data src="d.xml" method="post" namelist="n"/><data src="d.xml" method="post" namelist="n"/>
        <data src="d.xml"/></block></form>`,
    },
    serve: server({ 'd.xml': { headers: fresh } }),
  },
  {
    also: (talk) =>
      assert.deepEqual(
        requests(talk, 'd.xml').map(({ method }) => method),
        ['GET', 'POST', 'POST', 'GET'],
      ),
  },
)

scenario(
  'RFC 9111 2 the query is part of the address',
  {
    documents: {
      'start.vxml': `<var name="n" expr="1"/><form><block><data src="d.xml" namelist="n"/>
        <data src="d.xml?n=1"/><assign name="n" expr="2"/><data src="d.xml" namelist="n"/></block></form>`,
    },
    serve: server({ 'd.xml': { headers: fresh } }),
  },
  { also: ({ fetches }) => assert.equal(fetches.length, 3) },
)

scenario(
  'RFC 9111 3 errors are not kept, unless the server says how long',
  {
    documents: {
      'start.vxml': `<form><catch event="error.badfetch"><assign name="n" expr="n + 1"/>
        <if cond="n &lt; 4"><goto nextitem="b"/></if></catch><var name="n" expr="0"/>
        <block name="b"><data srcexpr="n &lt; 2 ? 'no.xml' : 'gone.xml'"/></block></form>`,
    },
    serve: server({
      'no.xml': { status: 404 },
      'gone.xml': { status: 410, headers: fresh },
    }),
  },
  {
    also: (talk) => {
      assert.equal(requests(talk, 'no.xml').length, 2)
      assert.equal(requests(talk, 'gone.xml').length, 1)
    },
  },
)

scenario(
  '6.1.2 a document that is fresh is entered again without a fetch, and initialised anew',
  {
    documents: {
      'start.vxml': '<form><block><goto next="two.vxml"/></block></form>',
      'two.vxml': {
        headers: fresh,
        body: `<vxml version="2.1"><var name="n" expr="0"/><form><block><assign name="n" expr="n + 1"/>
          <log expr="n"/><goto next="three.vxml"/></block></form></vxml>`,
      },
      'three.vxml': {
        body: '<vxml version="2.1"><form><block><goto next="two.vxml"/></block></form></vxml>',
      },
    },
    limits: { documents: 6 },
  },
  {
    logs: ['1', '1', '1'],
    also: (talk) => {
      assert.equal(requests(talk, 'two.vxml').length, 1)
      assert.equal(requests(talk, 'three.vxml').length, 2)
    },
  },
)

for (const [kind, element] of [
  ['document', '<subdialog name="r" src="sub"/><subdialog name="q" src="sub"/>'],
  ['data', '<block><data src="sub"/><data src="sub"/></block>'],
  ['script', '<block><script src="sub"/><script src="sub"/></block>'],
] as const) {
  for (const [property, expected] of [
    ['maxage', 2],
    ['maxstale', 1],
  ] as const) {
    const server304 = server({
      sub: {
        headers: property === 'maxage' ? fresh : {},
        body:
          kind === 'script'
            ? '1'
            : '<vxml version="2.1"><form><block><return/></block></form></vxml>',
      },
    })
    scenario(
      `6.3.5 ${kind}${property} holds for each ${kind}`,
      {
        documents: {
          'start.vxml': `<property name="${kind}${property}" value="${property === 'maxage' ? 0 : 50}"/>
            <property name="scriptfetchhint" value="safe"/><form>${element}</form>`,
        },
        serve: server304,
      },
      { events: [], also: (talk) => assert.equal(requests(talk, 'sub').length, expected) },
    )
  }
}

const GRAMMAR = `<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" mode="dtmf" root="r">
  <rule id="r" scope="public">1</rule></grammar>`

const fieldTwice = (attributes = ''): string =>
  `<form id="f"><field name="x"><grammar src="g.grxml" ${attributes}/><prompt>say</prompt>
   <noinput count="2">again<reprompt/></noinput><noinput count="3"><goto next="#f"/></noinput>
   <filled><goto next="#g"/></filled></field></form>
   <form id="g"><field name="y"><grammar src="g.grxml" ${attributes}/><filled><exit/></filled></field></form>`

for (const [title, headers, attributes, expected] of [
  ['a grammar that is fresh is fetched once', fresh, '', 1],
  ['a grammar that has expired is fetched again by the next dialog that uses it', {}, '', 2],
  ['grammarmaxage counts for each use', fresh, 'maxage="0"', 2],
] as const) {
  scenario(
    `6.1.2 ${title}, not at each try`,
    {
      documents: { 'start.vxml': fieldTwice(`fetchhint="safe" ${attributes}`) },
      serve: server({ 'g.grxml': { headers, contentType: 'application/srgs+xml', body: GRAMMAR } }),
      moves: ['silence', { keys: '1' }, { keys: '1' }],
    },
    { also: (talk) => assert.equal(requests(talk, 'g.grxml').length, expected) },
  )
}

scenario(
  '6.1.2 a grammar that was modified is read anew',
  {
    documents: {
      'start.vxml': `<form id="f"><field name="x"><grammar src="g.grxml"/><nomatch><exit expr="'old'"/></nomatch>
        <filled><if cond="x == '2'"><exit expr="'new'"/></if><goto next="#f"/></filled></field></form>`,
    },
    serve: server({
      'g.grxml': (_, times) => ({
        contentType: 'application/srgs+xml',
        body: GRAMMAR.replace('>1<', `>${times}<`),
      }),
    }),
    moves: [{ keys: '1' }, { keys: '2' }],
  },
  { end: { reason: 'exit', exitValue: '"new"' } },
)

scenario(
  '6.2.1 <meta http-equiv> says when the document expires',
  {
    documents: {
      'start.vxml': '<form><subdialog src="a.vxml"/><subdialog src="a.vxml"/></form>',
      'a.vxml': `<vxml version="2.1"><meta http-equiv="Expires" content="Tue, 14 Nov 2023 23:00:00 GMT"/>
        <form><block><return/></block></form></vxml>`,
    },
  },
  { also: (talk) => assert.equal(requests(talk, 'a.vxml').length, 1) },
)

const sharing: readonly (readonly [string, Headers, string[], number])[] = [
  ['what is fresh serves all sessions', fresh, [], 1],
  ['private does not leave its session', { 'cache-control': 'private, max-age=60' }, [], 2],
  ['without a freshness there is nothing to share', { etag: '"1"' }, [], 2],
  ['what sets a cookie is for one caller', fresh, ['id=1'], 2],
  ['s-maxage is for shared caches', { 'cache-control': 's-maxage=60, max-age=0' }, [], 1],
]
for (const [title, headers, setCookies, expected] of sharing) {
  test(`RFC 9111 3 shared cache: ${title}`, async () => {
    const sharedCache = new HttpCache(1_000_000)
    const script = {
      documents: { 'start.vxml': '<form><block><data src="d.xml"/></block></form>' },
      serve: server({ 'd.xml': { headers, setCookies } }),
      sharedCache,
    }
    const calls = [await converse(script), await converse(script)]
    const asked = calls.flatMap((talk) => requests(talk, 'd.xml'))
    assert.equal(asked.length, expected)
  })
}

for (const [title, headers, expected] of [
  ['a session with cookies does not trust what forgets to say private', fresh, 2],
  ['public is for everyone', { 'cache-control': 'public, max-age=60' }, 1],
] as const) {
  test(`RFC 9111 3.5 shared cache: ${title}`, async () => {
    const sharedCache = new HttpCache(1_000_000)
    const script = {
      documents: { 'start.vxml': '<form><block><data src="c"/><data src="d.xml"/></block></form>' },
      serve: server({
        c: { setCookies: ['id=1'], headers: { 'cache-control': 'no-store' } },
        'd.xml': { headers },
      }),
      sharedCache,
    }
    const calls = [await converse(script), await converse(script)]
    assert.equal(calls.flatMap((talk) => requests(talk, 'd.xml')).length, expected)
    assert.equal(calls[1]?.fetches[0]?.uri, `${HOST}/start.vxml`)
  })
}

test('a cache keeps within its bytes', async () => {
  const cache = new HttpCache(40_000)
  const body = new Uint8Array(5_000)
  for (let i = 0; i < 20; i++) {
    const response = { uri: `http://a/${i}`, status: 200, contentType: '', body }
    cache.store(`http://a/${i}`, { response, varying: {}, requestedAtMs: 0, receivedAtMs: 0 })
    cache.find('http://a/0', {})
  }
  const kept = Array.from({ length: 20 }, (_, i) => cache.find(`http://a/${i}`, {}) !== undefined)
  assert.deepEqual(kept.filter(Boolean).length, 6)
  assert.ok(kept[0], 'what is used stays')
})
