import assert from 'node:assert/strict'
import { collectBytes } from '#recordings'
import { audioFile } from '#test/audio-file'
import type { FetchRequest } from '#vxml'
import { wireRequest } from '#vxml'
import { requests, server } from './a-server.ts'
import { scenario } from './scenario.ts'
import { HOST } from './scripted-caller.ts'

const DONE = '<form><block>done</block></form>'
const submitted = ({ fetches }: { fetches: readonly FetchRequest[] }): FetchRequest => {
  const [, second] = fetches
  assert.ok(second)
  return second
}

scenario(
  '5.3.8 GET: the values are the query, after the one that is there',
  {
    documents: {
      'start.vxml': `<var name="a" expr="'x &amp; y/ü'"/><form><block>
        <submit next="go.vxml?k=1#frag" namelist="a"/></block></form>`,
      'go.vxml': '<form id="frag"><block>done</block></form>',
    },
  },
  {
    heard: ['done'],
    also: (talk) => {
      const { url, body } = wireRequest(submitted(talk))
      assert.equal(url, `${HOST}/go.vxml?k=1&a=x+%26+y%2F%C3%BC`)
      assert.equal(body, undefined)
    },
  },
)

scenario(
  '5.3.8 POST: the values are the body, urlencoded; the query stays',
  {
    documents: {
      'start.vxml': `<var name="a" expr="1"/><var name="b" expr="'two words'"/><form><block>
        <submit next="go.vxml?k=1" method="post" namelist="b a"/></block></form>`,
      'go.vxml': DONE,
    },
  },
  {
    also: (talk) => {
      const wire = wireRequest(submitted(talk))
      assert.equal(wire.url, `${HOST}/go.vxml?k=1`)
      assert.equal(wire.body, 'b=two+words&a=1')
      assert.equal(wire.headers['content-type'], 'application/x-www-form-urlencoded')
    },
  },
)

/** A form without files. */
const multipart = ({ body = '' }: ReturnType<typeof wireRequest>): Buffer => {
  assert.ok(typeof body === 'string' || body instanceof Uint8Array)
  return Buffer.from(body)
}

scenario(
  '5.3.8 multipart/form-data: each value is a part of its name',
  {
    documents: {
      'start.vxml': `<var name="a" expr="1"/><form><var name="o" expr="({m: 'ü'})"/><block>
        <submit next="go.vxml" method="post" enctype="multipart/form-data" namelist="a o.m"/></block></form>`,
      'go.vxml': DONE,
    },
  },
  {
    also: (talk) => {
      const wire = wireRequest(submitted(talk))
      const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(
        wire.headers['content-type'] ?? '',
      )?.[1]
      assert.ok(boundary)
      const type = 'content-type: text/plain; charset=utf-8'
      assert.equal(
        multipart(wire).toString(),
        [
          `--${boundary}`,
          'content-disposition: form-data; name="a"',
          type,
          '',
          '1',
          `--${boundary}`,
          'content-disposition: form-data; name="o.m"',
          type,
          '',
          'ü',
          `--${boundary}--`,
          '',
        ].join('\r\n'),
      )
    },
  },
)

scenario(
  '2.3.6 a recording goes as a part of its variable’s name, with its media type',
  {
    documents: {
      'start.vxml': `<form><record name="greeting" maxtime="10s"/><var name="who" expr="'me'"/><block>
        <submit next="save" method="post" enctype="multipart/form-data" namelist="greeting who"/></block></form>`,
      save: { body: '<vxml version="2.1"><form><block>saved</block></form></vxml>' },
    },
    moves: [{ talkMs: 3000 }],
  },
  {
    heard: ['saved'],
    also: async (talk) => {
      const request = submitted(talk)
      const audio = audioFile('audio/x-wav', Uint8Array.of(0, 255, 13, 10, 128))
      const uri = request.fields[0]?.[1] ?? ''
      assert.match(uri, /^recording:/)
      const { body } = wireRequest(request, (name) => (name === uri ? audio : undefined))
      assert.ok(typeof body === 'object' && 'open' in body)
      const bytes = Buffer.from(await collectBytes(body.open()))
      assert.equal(bytes.length, body.sizeBytes)
      const head =
        'content-disposition: form-data; name="greeting"; filename="greeting.wav"\r\ncontent-type: audio/x-wav\r\n\r\n'
      const text = bytes.toString('latin1')
      assert.ok(text.includes(`${head}\x00\xff\r\n\x80\r\n--`), text)
      assert.ok(text.includes('name="who"'))
    },
  },
)

scenario(
  '5.3.8 GET with multipart/form-data is a query all the same',
  {
    documents: {
      'start.vxml': `<var name="a" expr="1"/><form><block>
        <submit next="go.vxml" enctype="multipart/form-data" namelist="a"/></block></form>`,
      'go.vxml': DONE,
    },
  },
  { also: (talk) => assert.equal(wireRequest(submitted(talk)).url, `${HOST}/go.vxml?a=1`) },
)

scenario(
  '5.3.8 an encoding that is not known is error.badfetch, and nothing is sent',
  `<form><catch event="error.badfetch"><log expr="_message"/></catch><var name="a" expr="1"/>
   <block><submit next="go.vxml" method="post" enctype="text/xml" namelist="a"/></block></form>`,
  { events: ['error.badfetch'], also: ({ fetches }) => assert.equal(fetches.length, 1) },
)

scenario(
  '5.3.8 properties of objects go by their names, objects as JSON, the rest as ECMAScript has it',
  {
    documents: {
      'start.vxml': `<script>var d = {month: 5, days: [1, 2]}, yes = true, none = null, nothing, f = 1.50, empty = ''</script>
        <form><block><submit next="go.vxml" method="POST" namelist="d.month d yes none nothing f empty document.f"/></block></form>`,
      'go.vxml': DONE,
    },
  },
  {
    also: (talk) =>
      assert.deepEqual(submitted(talk).fields, [
        ['d.month', '5'],
        ['d', '{"month":5,"days":[1,2]}'],
        ['yes', 'true'],
        ['none', 'null'],
        ['nothing', 'undefined'],
        ['f', '1.5'],
        ['empty', ''],
        ['document.f', '1.5'],
      ]),
  },
)

scenario(
  '5.3.8 an empty namelist sends nothing',
  {
    documents: {
      'start.vxml': `<form><field name="a" expr="1"/><block><submit next="go.vxml" namelist=""/></block></form>`,
      'go.vxml': DONE,
    },
  },
  { also: (talk) => assert.deepEqual(submitted(talk).fields, []) },
)

scenario(
  '5.3.8 expr is evaluated to the address',
  {
    documents: {
      'start.vxml': `<var name="w" expr="'go'"/><form><block><submit expr="w + '.vxml'" namelist="w"/></block></form>`,
      'go.vxml': DONE,
    },
  },
  { heard: ['done'] },
)

scenario(
  '5.3.8 a fragment alone asks for the base address',
  {
    documents: {
      'start.vxml': `<var name="n" expr="1"/><form><block><submit next="#b" namelist="n" method="post"/></block></form>
        <form id="b"><block>b<exit/></block></form>`,
    },
  },
  {
    heard: ['b'],
    also: (talk) => assert.equal(submitted(talk).uri, `${HOST}/start.vxml`),
  },
)

for (const [status, method] of [
  [301, 'GET'],
  [302, 'GET'],
  [303, 'GET'],
  [307, 'POST'],
  [308, 'POST'],
] as const) {
  scenario(
    `RFC 9110 15.4 a POST that is answered by ${status} goes on as ${method}`,
    {
      documents: {
        'start.vxml': `<var name="n" expr="1"/><form><block>
          <submit next="a" method="post" enctype="multipart/form-data" namelist="n"/></block></form>`,
        'deep/b.vxml': '<form><block><goto next="c.vxml"/></block></form>',
        'deep/c.vxml': DONE,
      },
      serve: server({ a: { status, headers: { location: 'deep/b.vxml#x' } } }),
    },
    {
      heard: ['done'],
      also: (talk) => {
        const [after] = requests(talk, 'deep/b.vxml')
        assert.equal(after?.method, method)
        assert.deepEqual(after?.fields, method === 'POST' ? [['n', '1']] : [])
        assert.equal(after?.enctype, method === 'POST' ? 'multipart/form-data' : undefined)
      },
    },
  )
}

scenario(
  '2.3.4 <subdialog>: method, enctype and namelist as <submit> has them',
  {
    documents: {
      'start.vxml': `<form><var name="v" expr="3"/>
        <subdialog name="r" srcexpr="'sub' + '.vxml'" namelist="v" method="post" enctype="multipart/form-data"/></form>`,
      'sub.vxml': '<form><block><return/></block></form>',
    },
  },
  {
    events: [],
    also: (talk) => {
      assert.equal(submitted(talk).enctype, 'multipart/form-data')
      assert.deepEqual(submitted(talk).fields, [['v', '3']])
    },
  },
)

scenario(
  '6.1.1 a fragment with a namelist is fetched, for a subdialog too',
  {
    documents: {
      'start.vxml': `<var name="v" expr="3"/><form><subdialog name="r" src="#s" namelist="v"/><block><exit expr="r.w"/></block></form>
        <form id="s"><var name="w" expr="8"/><block><return namelist="w"/></block></form>`,
    },
  },
  {
    end: { reason: 'exit', exitValue: '8' },
    also: ({ fetches }) => assert.deepEqual(fetches[1]?.fields, [['v', '3']]),
  },
)

scenario(
  '5.3.8 what fails is caught in the dialog that submits',
  {
    documents: {
      'start.vxml': `<form><catch event="error.badfetch.http.500"><exit expr="_event"/></catch>
        <block><submit next="go.vxml" method="post"/></block></form>`,
      'go.vxml': { status: 500, body: '' },
    },
  },
  { end: { reason: 'exit', exitValue: '"error.badfetch.http.500"' } },
)
