import assert from 'node:assert/strict'
import { paths, requests, server, wait } from './a-server.ts'
import { scenario } from './scenario.ts'
import { HOST } from './scripted-caller.ts'

const GRAMMAR = `<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" mode="dtmf" root="r">
  <rule id="r" scope="public">1</rule></grammar>`
const grammar = { contentType: 'application/srgs+xml', body: GRAMMAR }
const NO_STORE = { 'cache-control': 'no-store' }

// 1.5.2: the application root document.

scenario(
  '1.5.2 the root is fetched once for all the leaves that name it, however it is written',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><block><assign name="n" expr="n + 1"/>
        <goto next="deep/two.vxml"/></block></form></vxml>`,
      'deep/two.vxml': `<vxml version="2.1" application="../root.vxml#frag"><form><block><assign name="n" expr="n + 1"/>
        <goto next="three.vxml"/></block></form></vxml>`,
      'deep/three.vxml': `<vxml version="2.1" application="${HOST}/root.vxml"><form><block><exit expr="application.n"/></block></form></vxml>`,
      'root.vxml': '<var name="n" expr="0"/>',
    },
  },
  {
    end: { reason: 'exit', exitValue: '2' },
    also: (talk) => assert.equal(requests(talk, 'root.vxml').length, 1),
  },
)

scenario(
  '1.5.2 the query is part of the application’s name',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml?a"><form><block><assign name="n" expr="5"/>
        <goto next="two.vxml"/></block></form></vxml>`,
      'two.vxml':
        '<vxml version="2.1" application="root.vxml?b"><form><block><exit expr="n"/></block></form></vxml>',
      'root.vxml': '<var name="n" expr="0"/>',
    },
  },
  { end: { reason: 'exit', exitValue: '0' } },
)

scenario(
  '6.1.1 a reference to the root with a query is fetched; without one it is not, and its context is kept',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><block><assign name="n" expr="n + 1"/>
        <goto next="${HOST}/root.vxml#a"/></block></form></vxml>`,
      'root.vxml': `<var name="n" expr="0"/><form id="a"><block><log expr="n"/><goto next="leaf.vxml"/></block></form>
        <form id="b"><block><log expr="n"/><exit/></block></form>`,
      'leaf.vxml':
        '<vxml version="2.1" application="root.vxml"><form><block><goto next="root.vxml?x#b"/></block></form></vxml>',
    },
  },
  {
    events: [],
    logs: ['1', '0'],
    also: (talk) =>
      assert.deepEqual(paths(talk), ['start.vxml', 'root.vxml', 'leaf.vxml', 'root.vxml?x']),
  },
)

scenario(
  '1.5.2 root to root asks the cache, and initialises anew',
  {
    documents: {
      'start.vxml': {
        headers: { 'cache-control': 'max-age=60' },
        body: `<vxml version="2.1"><var name="n" expr="0"/><form><block><assign name="n" expr="n + 1"/><log expr="n"/>
          <goto next="start.vxml"/></block></form></vxml>`,
      },
    },
    limits: { documents: 3 },
  },
  { logs: ['1', '1', '1'], also: ({ fetches }) => assert.equal(fetches.length, 1) },
)

scenario(
  '1.5.2 a subdialog elsewhere takes its root by the caching policy',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><block><assign name="n" expr="7"/></block>
        <subdialog name="r" src="sub.vxml"/><block><exit expr="r.n + '/' + n"/></block></form></vxml>`,
      'sub.vxml': `<vxml version="2.1" application="root.vxml"><form><var name="m"/><block><return namelist="n"/></block></form></vxml>`,
      'root.vxml': '<var name="n" expr="1"/>',
    },
  },
  {
    end: { reason: 'exit', exitValue: '"1/7"' },
    also: (talk) => assert.equal(requests(talk, 'root.vxml').length, 2),
  },
)

scenario(
  '1.5.2 a root that does not exist is error.badfetch, caught where the leaf was asked for',
  {
    documents: {
      'start.vxml': `<form><catch event="error.badfetch.http.404"><exit expr="_message"/></catch><block><goto next="leaf.vxml"/></block></form>`,
      'leaf.vxml':
        '<vxml version="2.1" application="none.vxml"><form><block>never</block></form></vxml>',
    },
  },
  { end: { reason: 'exit', exitValue: `"${HOST}/none.vxml was answered with HTTP status 404."` } },
)

// Redirects.

scenario(
  'RFC 9110 15.4 where redirects lead is the base of what is relative; the fragment is of what was asked',
  {
    documents: {
      'start.vxml': '<form><block><goto next="old.vxml#b"/></block></form>',
      'new/page.vxml':
        '<form><block>never</block></form><form id="b"><block><goto next="two.vxml"/></block></form>',
      'new/two.vxml': '<form><block>two</block></form>',
    },
    serve: server({
      'old.vxml': { status: 301, headers: { location: '/moved' } },
      moved: { status: 302, headers: { location: 'new/page.vxml' } },
    }),
  },
  { events: [], heard: ['two'] },
)

for (const [title, location] of [
  ['without end', 'a'],
  ['to a file', 'file:///etc/passwd'],
  ['to no address at all', 'http://['],
] as const) {
  scenario(
    `RFC 9110 15.4 redirects ${title} are error.badfetch`,
    {
      documents: {
        'start.vxml':
          '<form><catch event="error.badfetch"><exit expr="_message"/></catch><block><data src="a"/></block></form>',
      },
      serve: server({ a: { status: 302, headers: { location } } }),
    },
    {
      events: ['error.badfetch'],
      also: ({ fetches }) => assert.ok(fetches.length <= 7),
    },
  )
}

scenario(
  '5.2.6 a redirect that leads nowhere is its status',
  {
    documents: { 'start.vxml': '<form><block><data src="a"/></block></form>' },
    serve: server({ a: { status: 302 } }),
  },
  { events: ['error.badfetch.http.302'] },
)

scenario(
  'RFC 9111 4 a redirect that may be kept is not asked for again',
  {
    documents: { 'start.vxml': '<form><block><data src="a"/><data src="a"/></block></form>' },
    serve: server({
      a: { status: 301, headers: { location: 'b', 'cache-control': 'max-age=60' } },
      b: {},
    }),
  },
  { also: (talk) => assert.deepEqual(paths(talk), ['start.vxml', 'a', 'b', 'b']) },
)

// fetchtimeout, for every kind of resource.

const late = { delayMs: 60_000 }
for (const [kind, element] of [
  ['document', '<block><goto next="late" fetchtimeout="1500ms"/></block>'],
  [
    'document by property',
    '<property name="fetchtimeout" value="1500ms"/><block><goto next="late"/></block>',
  ],
  ['submit', '<block><submit next="late" fetchtimeout="1500ms"/></block>'],
  ['subdialog', '<subdialog src="late" fetchtimeout="1500ms"/>'],
  ['script', '<block><script src="late" fetchtimeout="1500ms" fetchhint="safe"/></block>'],
  ['data', '<block><data src="late" fetchtimeout="1500ms"/></block>'],
  [
    'grammar',
    '<field name="x"><grammar src="late" fetchtimeout="1500ms" fetchhint="safe"/></field>',
  ],
] as const) {
  scenario(
    `6.1.1 fetchtimeout of a ${kind} that does not come: error.badfetch`,
    {
      documents: {
        'start.vxml': `<form><catch event="error.badfetch"><exit expr="_message"/></catch>${element}</form>`,
      },
      serve: server({ late }),
    },
    {
      events: ['error.badfetch'],
      virtualMs: 1500,
      also: ({ end }) => assert.match(end.exitValue ?? '', /app\.example .* 1500 ms/),
    },
  )
}

scenario(
  '6.1.1 fetchtimeout counts for all redirects together',
  {
    documents: {
      'start.vxml':
        '<form><catch event="error.badfetch"><exit/></catch><block><data src="a" fetchtimeout="5s"/></block></form>',
    },
    serve: server({
      a: { status: 302, headers: { location: 'b' }, delayMs: 3000 },
      b: { delayMs: 3000 },
    }),
  },
  {
    events: ['error.badfetch'],
    virtualMs: 5000,
    also: (talk) => assert.equal(requests(talk, 'b')[0]?.timeoutMs, 2000),
  },
)

// fetchaudio.

const FETCHAUDIO = (delay: string, minimum: string): string =>
  `<property name="fetchaudiodelay" value="${delay}"/><property name="fetchaudiominimum" value="${minimum}"/>`
const there = (delayMs: number) => ({
  body: '<vxml version="2.1"><form><block>there</block></form></vxml>',
  headers: { 'cache-control': 'max-age=60' },
  delayMs,
})

scenario(
  '6.3.5 fetchaudiominimum: once begun it is heard so long, though the document has come',
  {
    documents: {
      'start.vxml': `${FETCHAUDIO('0s', '800ms')}<form><block><goto next="two.vxml" fetchaudio="m.wav"/></block></form>`,
      'two.vxml': there(300),
    },
  },
  { heard: ['[m.wav]', 'there'], virtualMs: 1800 },
)

scenario(
  '6.3.5 fetchaudiodelay: a fetch that is done before is silent',
  {
    documents: {
      'start.vxml': `${FETCHAUDIO('2s', '5s')}<property name="fetchaudio" value="m.wav"/><form><block><goto next="two.vxml"/></block></form>`,
      'two.vxml': there(1900),
    },
  },
  { heard: ['there'] },
)

scenario(
  '4.1.8 what is fresh in the cache needs no fetch: the queue is played, the audio is not',
  {
    documents: {
      'start.vxml': `${FETCHAUDIO('0s', '0s')}<form><block><data src="two.vxml"/>first
        <goto next="two.vxml" fetchaudio="m.wav"/></block></form>`,
      'two.vxml': there(1),
    },
  },
  { heard: ['first', 'there'] },
)

scenario(
  '6.1.1 fetchaudio goes on while the root document of what comes is fetched',
  {
    documents: {
      'start.vxml': `${FETCHAUDIO('1500ms', '0s')}<form><block><goto next="two.vxml" fetchaudio="m.wav"/></block></form>`,
      'two.vxml': {
        delayMs: 1000,
        body: '<vxml version="2.1" application="root.vxml"><form><block>there</block></form></vxml>',
      },
      'root.vxml': { delayMs: 1000, body: '<vxml version="2.1"/>' },
    },
  },
  { heard: ['[m.wav]', 'there'] },
)

scenario(
  '6.1.1 the caller hangs up during the fetch: the document that came handles it',
  {
    documents: {
      'start.vxml': `${FETCHAUDIO('0s', '9s')}<form><block><goto next="two.vxml" fetchaudio="m.wav"/></block></form>`,
      'two.vxml': {
        delayMs: 5000,
        body: `<vxml version="2.1"><catch event="connection.disconnect.hangup"><exit expr="'two'"/></catch>
          <form><field name="x" type="digits">say</field></form></vxml>`,
      },
    },
    hangUpAtMs: 500,
  },
  { end: { reason: 'exit', exitValue: '"two"' }, heard: ['[m.wav]'] },
)

scenario(
  '6.1.1 a fetch that fails ends the audio, and is an event then',
  {
    documents: {
      'start.vxml': `${FETCHAUDIO('0s', '0s')}<form><catch event="error.badfetch">sorry<exit/></catch>
        <block><goto next="two.vxml" fetchaudio="m.wav"/></block></form>`,
      'two.vxml': { delayMs: 500, status: 503, body: '' },
    },
  },
  { heard: ['[m.wav]', 'sorry'], events: ['error.badfetch.http.503'] },
)

// srcexpr and the base of what is relative.

scenario(
  '2.1 3 <script srcexpr> is evaluated each time it is executed',
  {
    documents: {
      'start.vxml': `<form><var name="n" expr="0"/><block name="b"><assign name="n" expr="n + 1"/>
        <script srcexpr="n + '.js'"/><log expr="said"/><if cond="n == 1"><clear namelist="b"/></if></block></form>`,
      '1.js': 'var said = "one"',
      '2.js': 'var said = "two"',
    },
  },
  { logs: ['one', 'two'] },
)

scenario(
  '2.1 2 <grammar srcexpr>',
  {
    documents: {
      'start.vxml': `<form><field name="x"><grammar srcexpr="'g' + '.grxml'"/><filled><exit expr="x"/></filled></field></form>`,
    },
    serve: server({ 'g.grxml': grammar }),
    moves: [{ keys: '1' }],
  },
  { end: { reason: 'exit', exitValue: '"1"' } },
)

scenario(
  '1.5.1 xml:base is where every relative address starts',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" xml:base="a/b/" application="root.vxml"><script src="s.js"/>
        <form><block><data src="d.xml"/><audio src="m.wav"/></block>
        <field name="x"><grammar src="g.grxml"/><filled><goto next="../two.vxml"/></filled></field></form></vxml>`,
      'a/b/root.vxml': '<var name="r"/>',
      'a/two.vxml': '<form><block>two</block></form>',
    },
    serve: server({
      'a/b/s.js': { body: '1' },
      'a/b/d.xml': {},
      'a/b/g.grxml': grammar,
    }),
    moves: [{ keys: '1' }],
  },
  { events: [], heard: ['[a/b/m.wav]', 'two'] },
)

scenario(
  '6.1.1, 2.5 what a root document names starts from the root’s address, but for attributes of its links',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="lib/root.vxml"><form><field name="x" type="digits?length=2">
        <filled><exit/></filled></field></form></vxml>`,
      'lib/root.vxml': '<script src="s.js"/><link next="help.vxml" dtmf="9"/>',
      'lib/s.js': 'var a = 1',
      'help.vxml': '<form><block>help</block></form>',
    },
    moves: [{ keys: '9' }],
  },
  { events: [], heard: ['help'] },
)

// Character sets and content types.

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')

for (const [title, resource, attribute] of [
  [
    'the answer’s charset',
    { contentType: 'text/javascript; charset=iso-8859-1', body: latin('var s = "é"') },
    '',
  ],
  [
    'the attribute, where the answer names none',
    { contentType: 'text/javascript', body: latin('var s = "é"') },
    'charset="iso-8859-1"',
  ],
  ['UTF-8 without a word', { contentType: '', body: Buffer.from('var s = "é"') }, ''],
  [
    'a byte order mark before all',
    {
      contentType: 'text/javascript; charset=utf-8',
      body: Buffer.from('\ufeffvar s = "é"', 'utf16le'),
    },
    '',
  ],
] as const) {
  scenario(
    `5.3.12 encoding of scripts: ${title}`,
    {
      documents: {
        'start.vxml': `<form><block><script src="s.js" ${attribute}/><log expr="s"/></block></form>`,
      },
      serve: server({ 's.js': resource }),
    },
    { logs: ['é'] },
  )
}

scenario(
  '5.3.12 an encoding that is not known is error.badfetch',
  {
    documents: { 'start.vxml': '<form><block><script src="s.js"/></block></form>' },
    serve: server({ 's.js': { contentType: 'text/javascript; charset=klingon', body: '1' } }),
  },
  { events: ['error.badfetch'] },
)

for (const [title, contentType, body] of [
  [
    'of the answer',
    'application/voicexml+xml; charset=ISO-8859-1',
    latin('<vxml version="2.1"><form><block>é</block></form></vxml>'),
  ],
  [
    'of the declaration',
    'text/xml',
    latin(
      '<?xml version="1.0" encoding="ISO-8859-1"?><vxml version="2.1"><form><block>é</block></form></vxml>',
    ),
  ],
  [
    'UTF-16 by its mark',
    'text/plain',
    Buffer.from('\ufeff<vxml version="2.1"><form><block>é</block></form></vxml>', 'utf16le'),
  ],
] as const) {
  scenario(
    `6.1 encoding of documents: ${title}`,
    { documents: { start: { contentType, body } } },
    { heard: ['é'] },
  )
}

for (const status of [400, 401, 403, 410, 500, 503]) {
  scenario(
    `5.2.6 HTTP status ${status} is error.badfetch.http.${status}`,
    {
      documents: { 'start.vxml': '<form><block><goto next="x"/></block></form>' },
      serve: server({ x: { status, headers: NO_STORE } }),
    },
    { events: [`error.badfetch.http.${status}`] },
  )
}

scenario(
  '6.1.1 time passes while a fetch is waited for',
  { documents: { 'start.vxml': `<form><block>${wait(20)}</block></form>` }, serve: server({}) },
  { virtualMs: 20_000 },
)

scenario(
  '6.2.1 <meta> has a name or an http-equiv, not both',
  {
    documents: {
      'start.vxml': '<form><block><goto next="two.vxml"/></block></form>',
      'two.vxml':
        '<meta name="a" http-equiv="Expires" content="0"/><form><block>two</block></form>',
    },
  },
  { events: ['error.badfetch'] },
)

scenario(
  '6.3.5 audiomaxage and maxstale go with the audio to whoever fetches it, that of fetchaudio too',
  {
    documents: {
      'start.vxml': `${FETCHAUDIO('0s', '0s')}<property name="audiomaxage" value="60"/>
        <form><block><audio src="a.wav" maxstale="5"/><goto next="two.vxml" fetchaudio="m.wav"/></block></form>`,
      'two.vxml': there(2500),
    },
  },
  {
    heard: ['[a.wav]', '[m.wav]', 'there'],
    also: ({ prompts }) => {
      const fetched = { kind: 'audio', fetchTimeoutMs: 30_000, maxAgeSeconds: 60, fallback: [] }
      assert.deepEqual(prompts[0]?.parts, [
        { ...fetched, uri: `${HOST}/a.wav`, maxStaleSeconds: 5 },
      ])
      assert.deepEqual(prompts[1]?.parts, [{ ...fetched, uri: `${HOST}/m.wav` }])
    },
  },
)
