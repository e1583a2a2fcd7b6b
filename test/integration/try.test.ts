import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseMoves } from '#app'
import { COMPILE_CACHE, OUTDIAL } from '#test/outdial-command'

const folder = mkdtempSync(join(tmpdir(), 'outdial-try-'))
after(() => rmSync(folder, { recursive: true }))

interface Tried {
  readonly status: number | null
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly output: string
  readonly errors: string
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  const isBare = name.endsWith('.vxml') && !text.includes('<vxml')
  const whole = `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">\n${text}\n</vxml>`
  writeFileSync(path, isBare ? whole : text)
  return path
}

function moves(...list: readonly unknown[]): string {
  return file('moves.jsonl', list.map((move) => `${JSON.stringify(move)}\n`).join(''))
}

async function outdial(given: readonly string[], typed?: string): Promise<Tried> {
  const child = spawn(OUTDIAL, given, {
    env: { ...process.env, FORCE_COLOR: '0', NODE_COMPILE_CACHE: COMPILE_CACHE },
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (bytes) => (output += String(bytes)))
  child.stderr.on('data', (bytes) => (errors += String(bytes)))
  child.stdin.end(typed ?? '')
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const lines = given.includes('--json') ? output.trim().split('\n') : []
  return { status, output, errors, events: lines.map((line) => JSON.parse(line)) }
}

const kinds = ({ events }: Tried): unknown[] => events.map(({ event }) => event)
const of = ({ events }: Tried, kind: string): Readonly<Record<string, unknown>>[] =>
  events.filter(({ event }) => event === kind)

test('a dialogue of moves is told as JSON lines, and its minutes take no time', async () => {
  file('second.vxml', '<form id="two"><block>Thanks<exit expr="({n: 12})"/></block></form>')
  const path = file(
    'first.vxml',
    `<form><field name="n"><prompt>How many? <mark name="m"/><audio src="none.wav">beep</audio></prompt>
    <grammar src="builtin:dtmf/digits?length=2"/><property name="timeout" value="600s"/>
    <noinput>Hello?<reprompt/></noinput>
    <filled><log label="got" expr="n"/><goto next="second.vxml#two"/></filled></field></form>`,
  )
  const begun = performance.now()
  const args = ['try', path, '--json', '--moves', moves({ silence: true }, { dtmf: '12' })]
  const tried = await outdial(args)
  assert.ok(performance.now() - begun < 20_000)
  assert.deepEqual(kinds(tried), [
    ...['fetch', 'fetch', 'prompt', 'listen', 'noinput', 'throw', 'prompt', 'prompt', 'listen'],
    'input',
    ...['log', 'fetch', 'prompt', 'end'],
  ])
  const [prompt] = of(tried, 'prompt')
  assert.equal(prompt?.['text'], 'How many? beep')
  assert.match(String(prompt?.['audio']), /^file:.*none\.wav$/)
  assert.deepEqual(prompt?.['marks'], ['m'])
  assert.deepEqual(of(tried, 'listen')[0], { event: 'listen', modes: ['dtmf'], timeoutMs: 600_000 })
  assert.partialDeepStrictEqual(of(tried, 'input')[0], { mode: 'dtmf', value: '12', confidence: 1 })
  const [end] = of(tried, 'end')
  assert.partialDeepStrictEqual(end, { reason: 'exit', value: { n: 12 } })
  assert.ok(Number(end?.['virtualMs']) > 600_000)
  assert.ok(Number(end?.['steps']) > 5)
  assert.equal(tried.status, 0)
})

test('the caller records, is transferred, is not understood, and hangs up', async () => {
  const path = file(
    'all.vxml',
    `<form><record name="r" maxtime="10s"/>
    <transfer name="t" dest="tel:+16175551234" bridge="true"/>
    <block><log expr="r$.duration + ' ' + r$.termchar + ' ' + t + ' ' + t$.duration"/></block>
    <field name="f"><grammar mode="voice" root="a" version="1.0"><rule id="a">yes</rule></grammar>
    </field></form>`,
  )
  const tried = await outdial([
    ...['try', path, '--json', '--moves'],
    moves(
      { record: { durationMs: 3000, termchar: '#' } },
      { transfer: 'far_end_disconnect', durationMs: 5000 },
      { nomatch: true },
      { hangup: true },
    ),
  ])
  assert.equal(of(tried, 'log')[0]?.['text'], '3000 # far_end_disconnect 5')
  assert.partialDeepStrictEqual(of(tried, 'transfer')[0], {
    dest: 'tel:+16175551234',
    type: 'bridge',
  })
  assert.equal(of(tried, 'record').length, 1)
  assert.equal(of(tried, 'nomatch').length, 1)
  assert.equal(of(tried, 'end')[0]?.['reason'], 'hangup')
  assert.equal(tried.status, 0)
})

const TRANSFER = `<form><catch event="connection.disconnect.hangup"><log>gone</log></catch>
  <transfer name="t" dest="tel:+16175551234" type="bridge">GRAMMAR<filled><log expr="t"/></filled></transfer></form>`
const STOP = '<grammar mode="voice" root="a" version="1.0"><rule id="a">stop it</rule></grammar>'

for (const [what, document, move, log] of [
  ['busy', TRANSFER, { transfer: 'busy' }, 'busy'],
  [
    'the caller says what ends it',
    TRANSFER,
    { transfer: 'unknown', say: 'stop it' },
    'near_end_disconnect',
  ],
  [
    'the caller is gone',
    TRANSFER.replace('GRAMMAR', ''),
    { transfer: 'near_end_disconnect' },
    'gone',
  ],
] as const) {
  test(`a transfer: ${what}`, async () => {
    const path = file('transfer.vxml', document.replace('GRAMMAR', STOP))
    const tried = await outdial(['try', path, '--json', '--moves', moves(move)])
    assert.equal(of(tried, 'log')[0]?.['text'], log)
  })
}

test('an error ends it with status 1, and names document, line and column', async () => {
  const path = file('error.vxml', '<form><block>\n<value expr="nobody.there"/></block></form>')
  const tried = await outdial(['try', path, '--json'])
  const [thrown] = of(tried, 'throw')
  assert.equal(thrown?.['name'], 'error.semantic')
  assert.match(String(thrown?.['uri']), /^file:.*error\.vxml$/)
  assert.ok(Number(thrown?.['line']) >= 2)
  assert.equal(of(tried, 'end')[0]?.['reason'], 'error')
  assert.equal(tried.status, 1)
})

test('a loop ends by its limit, which a setting can move', async () => {
  const path = file('loop.vxml', '<form id="f"><block><goto next="#f"/></block></form>')
  const tried = await outdial(['try', path, '--json'])
  assert.partialDeepStrictEqual(of(tried, 'end')[0], {
    reason: 'limit',
    fault: { event: 'error.limit.idlesteps' },
  })
  assert.equal(tried.status, 1)
})

test('a document of the network is told the parameters, and may not read files', async () => {
  const told: string[] = []
  const server = createServer((request, response) => {
    request.on('data', (bytes) => told.push(String(bytes)))
    const body = `<vxml version="2.1"><form><block>
      <log expr="session.connection.call_parameters + session.connection.columns.name"/>
      <goto next="file:///etc/passwd"/></block></form></vxml>`
    request.on('end', () => response.end(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  const address = `http://127.0.0.1:${port}/start`
  const params = ['--param', 'call_parameters=red', '--param', 'name=Ada']
  const tried = await outdial(['try', address, '--json', ...params])
  assert.match(told[0] ?? '', /call_parameters=red&name=Ada/)
  assert.equal(of(tried, 'log')[0]?.['text'], 'redAda')
  assert.partialDeepStrictEqual(of(tried, 'fetch')[0], { uri: address, status: 200 })
  assert.equal(of(tried, 'throw')[0]?.['name'], 'error.badfetch')
})

test('utterances are recorded where the document wants it, and both values of the end are told', async () => {
  const path = file(
    'utterance.vxml',
    `<property name="recordutterance" value="true"/><form><field name="f">
      <grammar mode="voice" root="a" version="1.0"><rule id="a">new york</rule></grammar></field>
     <block><disconnect namelist="f"/></block><catch event="connection.disconnect">
       <exit expr="f$.recordingduration + ' ' + f$.recordingsize"/></catch></form>`,
  )
  const tried = await outdial(['try', path, '--json', '--moves', moves({ say: 'new york' })])
  assert.partialDeepStrictEqual(of(tried, 'end')[0], {
    value: '800 6400',
    disconnectValue: { f: 'new york' },
  })
})

test('where only keys are heard, a wrong key is what matches nothing', async () => {
  const path = file(
    'keys.vxml',
    `<property name="inputmodes" value="dtmf"/><menu><choice dtmf="1" next="#a">one</choice>
      <nomatch><exit expr="application.lastresult$.inputmode"/></nomatch></menu><form id="a"/>`,
  )
  const tried = await outdial(['try', path, '--json', '--moves', moves({ nomatch: true })])
  assert.equal(of(tried, 'end')[0]?.['value'], 'dtmf')
})

test('a machine that answers, and its beep, are moves', async () => {
  const path = file(
    'machine.vxml',
    `<form><field name="f"><option dtmf="1">one</option>
      <catch event="outdial:calleetype"><log expr="session.connection.callee_type"/></catch>
      <catch event="outdial:beep"><exit expr="'after the beep'"/></catch></field></form>`,
  )
  const machine = moves({ callee: 'answeringmachine' }, { beep: true })
  const tried = await outdial(['try', path, '--json', '--moves', machine])
  assert.equal(of(tried, 'log')[0]?.['text'], 'answeringmachine')
  assert.equal(of(tried, 'end')[0]?.['value'], 'after the beep')
  const typed = await outdial(['try', path], '/callee fax\n/beep\n')
  assert.match(typed.output, /fax[\s\S]*after the beep/)
  assert.throws(
    () => parseMoves('{"callee":"robot"}'),
    /line 1: callee is one of voice, answeringmachine, fax, unknown/,
  )
})

test('what is passed over is told, beside the events', async () => {
  const path = file(
    'foreign.vxml',
    '<form><block><acme:tune xmlns:acme="urn:acme"/>hello</block></form>',
  )
  const tried = await outdial(['try', path, '--json'])
  assert.match(tried.errors, /warning: <acme:tune> is no element of VoiceXML/)
  assert.deepEqual(of(tried, 'warning'), [])
  assert.match((await outdial(['try', path])).output, /warning: <acme:tune>/)
})

test('what cannot be done here is asked for again, also where the typing has ended', async () => {
  const path = file(
    'record.vxml',
    '<form><record name="r"/><block><exit expr="r$.duration"/></block></form>',
  )
  const tried = await outdial(['try', path], 'hello\n2\n')
  assert.match(tried.output, /It is recorded, not understood[\s\S]*ended by exit/)
  assert.equal(tried.status, 0)
})

test('what is typed is the caller’s; the steps of the algorithm are shown', async () => {
  const path = file(
    'typed.vxml',
    `<form id="main"><field name="n">Which?<grammar src="builtin:dtmf/digits"/></field>
    <block><value expr="n"/> it is</block></form>`,
  )
  const tried = await outdial(['try', path, '--trace'], '\n42\n')
  assert.equal(tried.status, 0)
  assert.match(tried.output, /initialize <form id="main">/)
  assert.match(tried.output, /select <field name="n">/)
  assert.match(tried.output, /process "42" of <field name="n">/)
  assert.match(tried.output, /silence[\s\S]*Which\?[\s\S]*42 it is[\s\S]*ended by exit/)
})

test('moves that are none are refused, with their line', async () => {
  const path = file('any.vxml', '<form><block/></form>')
  const tried = await outdial(['try', path, '--moves', file('wrong', '{"dtmf":"1"}\n{"jump":1}\n')])
  assert.equal(tried.status, 1)
  assert.match(tried.errors, /Move on line 2: .*move-invalid/)
})
