import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'
import { HOST } from './scripted-caller.ts'

const FORM = '<form><block>here</block></form>'

scenario(
  '5.3.7 <goto next> leads to the first dialog of another document',
  {
    documents: {
      'start.vxml': '<form><block>one<goto next="two.vxml"/>never</block></form>',
      'two.vxml': '<form><block>two</block></form><form><block>never</block></form>',
    },
  },
  { heard: ['one', 'two'] },
)

scenario(
  '5.3.7 <goto expr> with a fragment leads to the dialog of that id',
  {
    documents: {
      'start.vxml': `<form><block><goto expr="'two.vxml' + '#b'"/></block></form>`,
      'two.vxml': '<form><block>never</block></form><form id="b"><block>b</block></form>',
    },
  },
  { heard: ['b'] },
)

scenario(
  '5.3.7 <goto nextitem> jumps over items, and back to filled ones',
  `<form><block name="a">a<goto nextitem="c"/></block><block name="b">b<exit/></block>
   <block name="c">c<goto expritem="'b'"/></block></form>`,
  { heard: ['a', 'c', 'b'] },
)

for (const [title, content] of [
  ['an unknown form item', '<goto nextitem="none"/>'],
  ['an unknown dialog', '<goto next="#none"/>'],
  ['no http address', '<goto next="ftp://x/y"/>'],
] as const) {
  scenario(
    `5.3.7 ${title} is error.badfetch`,
    `<form><catch event="error.badfetch"><log expr="_message"/></catch><block>${content}</block></form>`,
    { events: ['error.badfetch'], also: ({ logs }) => assert.ok(logs[0]) },
  )
}

scenario(
  '5.2.6 a missing document is error.badfetch.http.404, caught in the old dialog',
  `<form><catch event="error.badfetch.http.404">lost</catch><block><goto next="none.vxml"/></block></form>`,
  { heard: ['lost'] },
)

scenario(
  '5.2.6 a host that refuses is error.badfetch',
  `<form><catch event="error.badfetch">refused</catch><block><goto next="http://gone.example/"/></block></form>`,
  { heard: ['refused'], events: ['error.badfetch'] },
)

scenario(
  '5.2.6 a document that is broken is error.badfetch, with its own line',
  {
    documents: {
      'start.vxml': '<form><block><goto next="two.vxml"/></block></form>',
      'two.vxml': { body: '<vxml version="2.0">\n<form>\n</vxml>' },
    },
  },
  {
    also: ({ end }) => {
      assert.equal(end.fault?.uri, `${HOST}/two.vxml`)
      assert.equal(end.fault?.line, 3)
    },
  },
)

scenario(
  '5.3.7 next and expr together are error.badfetch in the document that leads there',
  {
    documents: {
      'start.vxml':
        '<form><catch event="error.badfetch">bad</catch><block><goto next="two.vxml"/></block></form>',
      'two.vxml': `<form><block>never<goto next="a" expr="'b'"/></block></form>`,
    },
  },
  { heard: ['bad'] },
)

scenario(
  '5.3.8 <submit> sends the named input items by GET',
  {
    documents: {
      'start.vxml': `<form><var name="v" expr="1"/><block name="b"/><field name="a" expr="'x'"/>
        <field name="c" expr="2"/><block><submit next="go.vxml"/></block></form>`,
      'go.vxml': FORM,
    },
  },
  {
    heard: ['here'],
    also: ({ fetches }) => {
      assert.equal(fetches[1]?.method, 'GET')
      assert.deepEqual(fetches[1]?.fields, [
        ['a', 'x'],
        ['c', '2'],
      ])
    },
  },
)

scenario(
  '5.3.8 <submit namelist method="post"> sends those variables under the names given',
  {
    documents: {
      'start.vxml': `<var name="n" expr="1"/><form><var name="d" expr="({m: 5})"/><block>
        <submit expr="'go.vxml'" method="post" namelist="n d.m document.n d"/></block></form>`,
      'go.vxml': FORM,
    },
  },
  {
    also: ({ fetches }) => {
      assert.equal(fetches[1]?.method, 'POST')
      assert.deepEqual(fetches[1]?.fields, [
        ['n', '1'],
        ['d.m', '5'],
        ['document.n', '1'],
        ['d', '{"m":5}'],
      ])
    },
  },
)

scenario(
  '5.3.8 an undeclared variable in the namelist is a semantic error',
  `<form><block><submit next="go.vxml" namelist="nowhere"/></block></form>`,
  { events: ['error.semantic'] },
)

scenario(
  '5.3.8 a fragment alone is fetched all the same',
  `<var name="n" expr="0"/><form><block><submit next="#b"/></block></form>
   <form id="b"><block><exit/></block></form>`,
  { also: ({ fetches }) => assert.equal(fetches.length, 2) },
)

scenario(
  '6.1 relative references start from where redirects led, and from xml:base',
  {
    documents: {
      'start.vxml': {
        uri: `${HOST}/deep/start.vxml`,
        body: '<vxml version="2.1"><form><block><goto next="two.vxml"/></block></form></vxml>',
      },
      'deep/two.vxml':
        '<vxml version="2.1" xml:base="/other/"><form><block><goto next="three.vxml"/></block></form></vxml>',
      'other/three.vxml': FORM,
    },
  },
  { heard: ['here'] },
)

scenario(
  '6.1 fetchtimeout: the attribute, else the property, else 30 s',
  {
    documents: {
      'start.vxml': `<property name="fetchtimeout" value="7s"/><form><block>
        <goto next="two.vxml" fetchtimeout="900ms"/></block></form>`,
      'two.vxml':
        '<form><property name="fetchtimeout" value="2s"/><block><goto next="three.vxml"/></block></form>',
      'three.vxml': '<form><block><goto next="four.vxml"/></block></form>',
      'four.vxml': FORM,
    },
  },
  {
    also: ({ fetches }) =>
      assert.deepEqual(
        fetches.map(({ timeoutMs }) => timeoutMs),
        [30_000, 900, 2000, 30_000],
      ),
  },
)

scenario(
  '4.1.8 fetchaudio: the queue is played first, then the audio until the fetch completes',
  {
    documents: {
      'start.vxml': `<property name="fetchaudiodelay" value="1s"/>
        <property name="fetchaudiominimum" value="0s"/>
        <form><block>wait<goto next="two.vxml" fetchaudio="music.wav"/></block></form>`,
      'two.vxml': {
        body: '<vxml version="2.1"><form><block>there</block></form></vxml>',
        delayMs: 2500,
      },
    },
  },
  { heard: ['wait', '[music.wav]', 'there'], virtualMs: 3500 },
)

scenario(
  '4.1.8 a short fetch stays silent',
  {
    documents: {
      'start.vxml':
        '<form><block>wait<goto next="two.vxml" fetchaudio="music.wav"/></block></form>',
      'two.vxml': {
        body: '<vxml version="2.1"><form><block>there</block></form></vxml>',
        delayMs: 2500,
      },
    },
  },
  { heard: ['wait', 'there'], virtualMs: 3500 },
)

scenario(
  'the first document cannot be fetched',
  { documents: { 'start.vxml': { body: '', status: 500 } } },
  {
    end: {
      reason: 'error',
      fault: {
        event: 'error.badfetch.http.500',
        message: `${HOST}/start.vxml was answered with HTTP status 500.`,
        uri: `${HOST}/start.vxml`,
      },
    },
  },
)

scenario(
  '5.2.6 a start document that cannot be read is told as an event, with its place',
  { documents: { 'start.vxml': '<vxml version="2.1"><form></vxml>' } },
  {
    events: ['error.badfetch'],
    end: { reason: 'error', fault: { event: 'error.badfetch', line: 1 } as never },
  },
)
