import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger, systemClock } from '#base'
import { createScriptEngine } from '#script'
import type { FetchRequest, Platform, Prompt } from './platform.ts'
import { type Session, type SessionOptions, startSession } from './session.ts'
import type { SessionMoment } from './session-moment.ts'

const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })

const START = 'http://app.example/start.vxml'
const documentOf = (content: string): Uint8Array =>
  new TextEncoder().encode(`<vxml version="2.1">${content}</vxml>`)

interface Run {
  readonly session: Session
  readonly fetches: FetchRequest[]
  readonly played: Prompt[]
  readonly stopped: Prompt[]
  readonly moments: SessionMoment[]
  /** Resolves at the first moment of this kind. */
  readonly until: (kind: SessionMoment['kind']) => Promise<void>
}

/** A platform on the real clock, whose prompts last until they are stopped. */
function start(content: string, options: Partial<SessionOptions> = {}): Run {
  const [fetches, played, stopped, moments]: [FetchRequest[], Prompt[], Prompt[], SessionMoment[]] =
    [[], [], [], []]
  const waiting: { kind: string; resolve: () => void }[] = []
  const platform: Platform = {
    clock: systemClock,
    async fetch(request) {
      fetches.push(request)
      return { uri: request.uri, status: 200, contentType: '', body: documentOf(content) }
    },
    prepare() {},
    play(prompt) {
      played.push(prompt)
      const { promise, resolve } = Promise.withResolvers<{ interrupted: boolean }>()
      const stop = (): void => {
        stopped.push(prompt)
        resolve({ interrupted: true })
      }
      return { ended: promise, stop }
    },
    async disconnect() {},
    log() {},
  }
  const session = startSession({
    platform,
    startUri: START,
    startMethod: 'POST',
    startFields: [['call_id', '42']],
    variables: VARIABLES,
    script: engine,
    log: silentLogger,
    onMoment(moment) {
      moments.push(moment)
      for (const { kind, resolve } of waiting) if (kind === moment.kind) resolve()
    },
    ...options,
  })
  const until = (kind: SessionMoment['kind']): Promise<void> =>
    new Promise((resolve) => void waiting.push({ kind, resolve }))
  return { session, fetches, played, stopped, moments, until }
}

const VARIABLES = {
  sessionId: 's',
  callId: 42,
  remoteUri: '',
  localUri: '',
  ani: '',
  dnis: '',
  messageReference: '',
  callParameters: '',
  campaignParameters: '',
  calleeType: 'processing',
  columns: {},
}

const FIELD =
  '<form><field name="f"><prompt>Well?</prompt><option dtmf="1">one</option></field></form>'

test('the start document is asked for with the method and fields of the call', async () => {
  const { session, fetches } = start('<form><block><exit/></block></form>')
  assert.deepEqual(await session.ended, { reason: 'exit' })
  const [asked, ...more] = fetches
  assert.ok(asked !== undefined && more.length === 0)
  const { timeoutMs, ...request } = asked
  assert.deepEqual(request, { uri: START, method: 'POST', fields: [['call_id', '42']] })
  assert.ok(timeoutMs > 20_000 && timeoutMs <= 30_000, `what is left of 30 s: ${timeoutMs} ms`)
})

test('a server that answers no POST is asked for the start document by GET', async () => {
  const body = documentOf('<form><block><exit expr="1"/></block></form>')
  for (const status of [405, 501]) {
    const firstDocument = { uri: START, status, contentType: '', body: new Uint8Array() }
    const { session, fetches } = start('<form><block><exit/></block></form>', { firstDocument })
    assert.deepEqual(await session.ended, { reason: 'exit' })
    assert.deepEqual(
      fetches.map(({ method, fields }) => [method, fields]),
      [['GET', [['call_id', '42']]]],
    )
  }
  const refused = { uri: START, status: 403, contentType: '', body }
  const { session } = start('', { firstDocument: refused })
  assert.equal((await session.ended).fault?.event, 'error.badfetch.http.403')
})

test('a start document that was fetched before is not fetched again', async () => {
  const body = documentOf('<form><block><exit expr="1"/></block></form>')
  const firstDocument = { uri: START, status: 200, contentType: '', body }
  const { session, fetches } = start('', { firstDocument })
  assert.deepEqual(await session.ended, { reason: 'exit', exitValue: '1' })
  assert.deepEqual(fetches, [])
})

test('abort ends a session that waits, and stops its prompt', async () => {
  const { session, stopped, until } = start(FIELD)
  await until('prompt')
  await new Promise((resolve) => setImmediate(resolve))
  session.abort()
  session.abort()
  assert.deepEqual(await session.ended, { reason: 'hangup' })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(stopped.length, 1)
})

test('a hang-up before the document has come is thrown at the first field', async () => {
  const { session, played, moments } = start(FIELD)
  session.receive({ kind: 'hangup' })
  assert.deepEqual(await session.ended, { reason: 'hangup' })
  assert.deepEqual(played, [])
  assert.ok(moments.some((moment) => moment.kind === 'throw'))
})

test('the callee type follows its detection', async () => {
  const content = `<form><field name="f"><option dtmf="1">one</option></field>
    <block><exit expr="session.connection.callee_type"/></block></form>`
  const { session, until } = start(content)
  await until('listen')
  session.receive({ kind: 'callee-type', calleeType: 'voice' })
  await new Promise((resolve) => setImmediate(resolve))
  session.receive({ kind: 'key', key: '1' })
  assert.deepEqual(await session.ended, { reason: 'exit', exitValue: '"voice"' })
})

test('a session whose script engine is lost ends with a fault of that name', async () => {
  const content = `<catch event="error"><exit/></catch><form><block>
    <script>eval("(".repeat(1e5))</script></block></form>`
  const { reason, fault } = await start(content).session.ended
  assert.equal(reason, 'error')
  assert.equal(fault?.event, 'error.semantic.script-engine-lost')
  assert.equal(fault?.uri, START)
})

test('a document that loops leaves others their turn, and ends with its own error', async () => {
  const { session } = start('<form id="f"><block><goto next="#f"/></block></form>')
  let turns = 0
  const ticking = setInterval(() => turns++, 0)
  const end = await session.ended
  clearInterval(ticking)
  assert.equal(end.reason, 'limit')
  assert.equal(end.fault?.event, 'error.limit.idlesteps')
  assert.ok(turns >= 20, `only ${turns} turns`)
})

const BEEP = { kind: 'event', event: 'outdial:beep', message: 'over' } as const
const WAIT_TWICE = `<field name="f"><option dtmf="1">one</option></field>
  <field name="g"><option dtmf="2">two</option>
    <catch event="outdial:beep"><exit expr="f + ' ' + _event + ' ' + _message"/></catch></field>`

test('an event of the platform waits for the item that names it', async () => {
  const { session, until, moments } = start(`<form>${WAIT_TWICE}</form>`)
  await until('listen')
  session.receive(BEEP)
  session.receive(BEEP)
  session.receive({ kind: 'key', key: '1' })
  assert.deepEqual(await session.ended, { reason: 'exit', exitValue: '"one outdial:beep over"' })
  assert.equal(moments.filter(({ kind }) => kind === 'throw').length, 1)
})

test('an event of the platform is thrown once', async () => {
  const { session, until } = start(`<var name="n" expr="0"/><form>
    <catch event="outdial:beep"><assign name="n" expr="n + 1"/></catch>
    <field name="f"><option dtmf="1">one</option></field><block><exit expr="n"/></block></form>`)
  await until('listen')
  session.receive(BEEP)
  await until('listen')
  session.receive({ kind: 'key', key: '1' })
  assert.deepEqual(await session.ended, { reason: 'exit', exitValue: '1' })
})

test('an event of the platform ends a prompt that nothing else may interrupt', async () => {
  const { session, until, stopped } = start(`<form><field name="f">
    <prompt bargein="false">Wait.</prompt><option dtmf="1">one</option>
    <catch event="outdial:beep"><exit expr="'now'"/></catch></field></form>`)
  await until('listen')
  session.receive({ kind: 'key', key: '1' })
  session.receive(BEEP)
  assert.deepEqual(await session.ended, { reason: 'exit', exitValue: '"now"' })
  assert.equal(stopped.length, 1)
})

test('documents that do not name an event of the platform are not disturbed by it', async () => {
  const content = `<catch><exit expr="_event"/></catch>
    <catch event="outdial:beep" cond="false"><exit expr="'never'"/></catch>
    <form><field name="f"><option dtmf="1">one</option><filled><exit expr="f"/></filled></field></form>`
  const { session, until } = start(content)
  await until('listen')
  session.receive(BEEP)
  session.receive({ kind: 'callee-type', calleeType: 'fax' })
  await new Promise((resolve) => setImmediate(resolve))
  session.receive({ kind: 'key', key: '1' })
  assert.deepEqual(await session.ended, { reason: 'exit', exitValue: '"one"' })
})

test('a document may wait until it is known who answered', async () => {
  const content = `<form><field name="f"><property name="timeout" value="60s"/>
    <option dtmf="1">one</option><catch event="outdial:calleetype">
    <exit expr="session.connection.callee_type"/></catch></field></form>`
  const { session, until } = start(content)
  await until('listen')
  session.receive({ kind: 'callee-type', calleeType: 'answeringmachine' })
  assert.deepEqual(await session.ended, { reason: 'exit', exitValue: '"answeringmachine"' })
})
