import assert from 'node:assert/strict'
import { paths, requests, server, wait } from './a-server.ts'
import { scenario } from './scenario.ts'
import { HOST, speech } from './scripted-caller.ts'

const GRAMMAR = `<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" mode="dtmf" root="r">
  <rule id="r" scope="public">1</rule></grammar>`
const grammar = { contentType: 'application/srgs+xml', body: GRAMMAR }
const script = { contentType: 'text/javascript', body: 'var loaded = true' }

scenario(
  '6.1.3 scripts and grammars may be fetched when the page is loaded, and are by default',
  {
    documents: {
      'start.vxml': `<form><block>${wait(5)}<script src="s.js"/></block>
        <field name="x"><grammar src="g.grxml"/><filled><exit/></filled></field></form>`,
    },
    serve: server({ 's.js': script, 'g.grxml': grammar }),
    moves: [{ keys: '1' }],
  },
  {
    events: [],
    also: ({ fetches }) =>
      assert.deepEqual(
        fetches.map(({ uri }) => uri.replace(`${HOST}/`, '')),
        ['start.vxml', 's.js', 'g.grxml', 'wait?5'],
      ),
  },
)

for (const [title, property, attribute] of [
  ['fetchhint="safe"', '', 'fetchhint="safe"'],
  ['scriptfetchhint safe', '<property name="scriptfetchhint" value="safe"/>', ''],
] as const) {
  scenario(
    `6.1.3 ${title}: only when it is needed, and never where it is not`,
    {
      documents: {
        'start.vxml': `${property}<form><block><script src="s.js" ${attribute}/>
          <if cond="false"><script src="never.js" ${attribute}/></if></block></form>`,
      },
      serve: server({ 's.js': script, 'never.js': script }),
    },
    { also: (talk) => assert.deepEqual(paths(talk), ['start.vxml', 's.js']) },
  )
}

scenario(
  '6.1.3 the innermost property decides',
  {
    documents: {
      'start.vxml': `<property name="scriptfetchhint" value="safe"/>
        <form><property name="scriptfetchhint" value="prefetch"/><block>${wait(1)}<script src="a.js"/></block></form>
        <form><block><script src="b.js"/></block></form>`,
    },
    serve: server({ 'a.js': script, 'b.js': script }),
  },
  { also: (talk) => assert.deepEqual(paths(talk), ['start.vxml', 'a.js']) },
)

scenario(
  '6.1.3 documents are not fetched ahead unless it says so',
  {
    documents: {
      'start.vxml': `<form><block>${wait(3)}<goto next="a.vxml"/></block></form>
        <form><block><goto next="b.vxml#x" fetchhint="prefetch"/></block></form>`,
      'a.vxml': '<form><block>a</block></form>',
      'b.vxml': '<form><block>b</block></form>',
    },
    serve: server({}),
  },
  { also: (talk) => assert.deepEqual(paths(talk), ['start.vxml', 'b.vxml', 'a.vxml']) },
)

scenario(
  '6.1.3 what was fetched ahead serves its first use, and no second one',
  {
    documents: {
      'start.vxml': `<form><block>${wait(3)}<data name="a" src="d.xml" fetchhint="prefetch"/>
        <data name="b" src="d.xml"/><log expr="a.documentElement.tagName + b.documentElement.tagName"/></block></form>`,
    },
    serve: server({ 'd.xml': (_, times) => ({ body: `<v${times}/>` }) }),
  },
  { logs: ['v1v2'] },
)

scenario(
  '6.1.3 "the expiration status must be checked on each use": what has expired is fetched anew',
  {
    documents: {
      'start.vxml': `<form><block>${wait(30)}<data name="a" src="d.xml" fetchhint="prefetch"/>
        <log expr="a.documentElement.tagName"/></block></form>`,
    },
    serve: server({
      'd.xml': (_, times) => ({ body: `<v${times}/>`, headers: { 'cache-control': 'max-age=20' } }),
    }),
  },
  { logs: ['v2'] },
)

scenario(
  '6.1.3 what may not be kept is not, if it came before it was needed',
  {
    documents: {
      'start.vxml': `<form><block>${wait(1)}<data src="d.xml" fetchhint="prefetch"/></block></form>`,
    },
    serve: server({ 'd.xml': { headers: { 'cache-control': 'no-store' } } }),
  },
  { also: (talk) => assert.equal(requests(talk, 'd.xml').length, 2) },
)

scenario(
  '6.1.3 what is on its way is waited for, not asked for twice',
  {
    documents: {
      'start.vxml': `<form><block>${wait(1)}<script src="s.js"/><log expr="loaded"/></block></form>`,
    },
    serve: server({ 's.js': { ...script, delayMs: 3000 } }),
  },
  { logs: ['true'], virtualMs: 3000 },
)

scenario(
  '6.1.1 fetchtimeout counts from when it is needed',
  {
    documents: {
      'start.vxml': `<form><catch event="error.badfetch"><log expr="_message"/></catch>
        <block>${wait(4)}<script src="s.js" fetchtimeout="2s"/></block></form>`,
    },
    serve: server({ 's.js': { ...script, delayMs: 60_000 } }),
  },
  { events: ['error.badfetch'], virtualMs: 6000 },
)

scenario(
  '6.1.3 it must be "precisely the one needed": not if a cookie was set since',
  {
    documents: {
      'start.vxml': `<form><block>${wait(1)}<data src="set"/><data name="a" src="d.xml" fetchhint="prefetch"/>
        <log expr="a.documentElement.tagName"/></block></form>`,
    },
    serve: server({
      set: { setCookies: ['id=1'] },
      'd.xml': ({ headers }) => ({ body: headers?.['cookie'] ? '<mine/>' : '<nobodys/>' }),
    }),
  },
  { logs: ['mine'] },
)

scenario(
  '6.1.3 a failure ahead of time is none: it is fetched again when it is needed',
  {
    documents: {
      'start.vxml': `<form><block>${wait(1)}<script src="s.js"/><log expr="loaded"/></block></form>`,
    },
    serve: server({ 's.js': (_, times) => ({ ...script, status: times === 1 ? 503 : 200 }) }),
  },
  { events: [], logs: ['true'] },
)

scenario(
  '6.1.3 what is computed, sent along or posted is not fetched ahead',
  {
    documents: {
      'start.vxml': `<property name="documentfetchhint" value="prefetch"/><property name="datafetchhint" value="prefetch"/>
        <form id="one"><block>${wait(1)}<exit/></block></form>
        <form><var name="n"/><block><goto expr="'a.vxml'"/><submit next="b.vxml"/><script srcexpr="'c.js'"/>
        <data src="d" method="post"/><data src="e" namelist="n"/><goto next="#one"/></block>
        <subdialog src="f.vxml" namelist="n"/></form>`,
    },
    serve: server({}),
  },
  { also: (talk) => assert.deepEqual(paths(talk), ['start.vxml']) },
)

scenario(
  '6.3.5 audiofetchhint prefetch: audio is made ready when the page is loaded',
  {
    documents: {
      'start.vxml': `<form><block>${wait(1)}<audio src="a.wav" fetchhint="prefetch">a</audio>
        <audio src="b.wav">b</audio><exit/></block></form>`,
    },
    serve: server({}),
  },
  { also: ({ prepared }) => assert.deepEqual(speech(prepared[0]?.parts ?? []), '[a.wav]') },
)

scenario(
  '6.1.3 the root document says what its leaves may have fetched ahead',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><block>${wait(1)}
        <goto next="two.vxml"/></block></form></vxml>`,
      'root.vxml': '<property name="documentfetchhint" value="prefetch"/>',
      'two.vxml': '<form><block>two</block></form>',
    },
    serve: server({}),
  },
  {
    heard: ['two'],
    also: (talk) => assert.deepEqual(paths(talk), ['start.vxml', 'root.vxml', 'two.vxml']),
  },
)

scenario(
  '6.1.3 a page of many scripts does not fetch them all at once',
  {
    documents: {
      'start.vxml': `<form><block>${wait(1)}<exit/>${Array.from({ length: 99 }, (_, i) => `<script src="${i}.js"/>`).join('')}</block></form>`,
    },
    serve: (request) => (request.uri.endsWith('.js') ? { body: '1' } : server({})(request, 1)),
  },
  { also: ({ fetches }) => assert.equal(fetches.length, 2 + 24) },
)
