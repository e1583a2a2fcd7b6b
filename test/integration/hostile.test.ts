import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { createLogger, systemClock } from '#base'
import { type HostedSession, SessionWorkers } from '#dialer'
import type { FetchResponse, Platform, Playback, Prompt, SessionEnd, SessionVariables } from '#vxml'

// Documents that mean harm, in session workers as in production. Each ends by its own limit or error, in
// a bounded time, while a dialogue in another worker goes on step by step.

const HOSTILE = 1
const INNOCENT = 2
const SOON_MS = 10_000
/** Between two steps of the neighbour. */
const PAUSE_MS = 10
const HOST = 'http://evil.example'

type Documents = Readonly<Record<string, string | (() => Uint8Array)>>

const logged: string[] = []
const log = createLogger('warn', { write: (line) => void logged.push(line) })
const workers = new SessionWorkers({
  clock: systemClock,
  log,
  workers: 2,
  // Loops of a document end by the session's limits, also where the processor is shared with others.
  stretchWatchMs: SOON_MS / 2,
})
let neighbour: Neighbour
let echo: Echo

before(async () => {
  await workers.start()
  neighbour = await Neighbour.start()
  echo = new Echo()
})

after(async () => {
  neighbour.hangUp()
  await echo.stop()
  await workers.stop()
})

/** How it must end: the event's name, or `exit`. */
async function attack(documents: Documents, expected: string | RegExp): Promise<SessionEnd> {
  const begun = performance.now()
  const session = run(HOSTILE, new Stage(documents))
  const end = await session.ended
  const tookMs = performance.now() - begun
  assert.ok(tookMs < SOON_MS, `took ${Math.round(tookMs)} ms`)
  const told = end.fault === undefined ? end.reason : `${end.fault.event}: ${end.fault.message}`
  assert.match(told, typeof expected === 'string' ? new RegExp(`^${expected}(:|$)`) : expected)
  return end
}

const inForm = (content: string): string =>
  `<vxml version="2.1"><form id="f">${content}</form></vxml>`
const page = (content: string): Documents => ({ start: inForm(`<block>${content}</block>`) })
const ENTITIES = Array.from(
  { length: 12 },
  (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
)

for (const [what, documents, expected] of [
  [
    'an external entity',
    {
      start: `<!DOCTYPE vxml [<!ENTITY x SYSTEM "file:///etc/passwd">]>${inForm('<block>&x;</block>')}`,
    },
    /^error\.badfetch: .*entity/i,
  ],
  [
    'an external entity of parameters',
    {
      start: `<!DOCTYPE vxml [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>${inForm('<block>&y;</block>')}`,
    },
    /^error\.badfetch: .*entit/i,
  ],
  [
    'entities that multiply',
    {
      start: `<!DOCTYPE vxml [<!ENTITY e0 "lol">${ENTITIES.join('')}]>${inForm('<block>&e12;</block>')}`,
    },
    /^error\.badfetch: .*entit/i,
  ],
  [
    'an entity of itself',
    {
      start: `<!DOCTYPE vxml [<!ENTITY a "&b;"><!ENTITY b "&a;">]>${inForm('<block>&a;</block>')}`,
    },
    /^error\.badfetch: .*entit/i,
  ],
  [
    '100,000 elements inside one another',
    { start: `<vxml version="2.1">${'<form>'.repeat(100_000)}` },
    'error.limit.elementdepth',
  ],
  [
    '10 MB of words',
    { start: () => Buffer.from(inForm(`<block>${'x'.repeat(10_000_000)}</block>`)) },
    'error.limit.documentbytes',
  ],
  [
    '1 MB of attributes',
    {
      start: `<vxml version="2.1" ${Array.from({ length: 50_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`,
    },
    /^error\.badfetch: .*attributes/,
  ],
  ['goto after goto', page('<goto next="#f"/>'), 'error.limit.idlesteps'],
  ['the same document for ever', page('<goto next="start"/>'), 'error.limit.documents'],
  ['submit after submit', page('<submit next="start" method="post"/>'), 'error.limit.documents'],
  [
    'a subdialog that calls itself',
    { start: inForm('<subdialog name="s" src="#f"/>') },
    'error.limit.subdialogdepth',
  ],
  [
    'a subdialog by way of another document',
    {
      start: inForm('<subdialog name="s" src="other"/>'),
      other: inForm('<subdialog src="start"/>'),
    },
    /^error\.limit\.(documents|subdialogdepth)/,
  ],
  [
    'a handler that throws what it handles',
    {
      start: `<vxml version="2.1"><catch event="x"><throw event="x"/></catch>
      <form><block><throw event="x"/></block></form></vxml>`,
    },
    'error.limit.handlerdepth',
  ],
  [
    'a handler that begins again',
    { start: inForm('<catch event="x"><clear/></catch><block><throw event="x"/></block>') },
    'error.limit.idlesteps',
  ],
  [
    'a loop over a million',
    page(
      '<script>var a = new Array(99999)</script><foreach item="i" array="a"><assign name="x" expr="1"/></foreach>',
    ),
    /^(error\.limit\.idlesteps|error\.semantic)/,
  ],
  [
    'a root of itself',
    { start: inForm('').replace('<vxml', '<vxml application="start"') },
    /^error\./,
  ],
] as const) {
  test(`document: ${what}`, () => attack(documents, expected).then(() => undefined))
}

/** The limit that each must meet; `host`: it must find nothing of the host, and exit saying so. */
const SCRIPTS: readonly (readonly [limit: string, code: string])[] = [
  ['host', '({}).constructor.constructor("return typeof process")()'],
  ['host', '(function () {}).constructor("return typeof require")()'],
  ['host', 'typeof ({}).constructor.constructor("return this")().process'],
  ['host', '[].filter.constructor("return typeof globalThis.process")()'],
  ['host', 'Object.getPrototypeOf(function () {}).constructor("return typeof module")()'],
  ['host', 'Object.getPrototypeOf(function* () {}).constructor("return 1")() && typeof process'],
  ['host', 'new Error().stack.constructor.constructor("return typeof process")()'],
  ['host', 'typeof (0, eval)("this").process'],
  ['host', 'session.constructor ? "leak" : typeof session.__proto__'],
  ['host', '(function f() { return typeof f.caller })() === "object" ? "leak" : typeof process'],
  [
    'host',
    'Error.prepareStackTrace = function (e, s) { return s }; typeof new Error().stack.getThis',
  ],
  ['host', 'typeof WebAssembly'],
  ['host', 'typeof SharedArrayBuffer'],
  ['host', 'typeof fetch'],
  ['host', 'typeof setTimeout'],
  ['host', 'Object.prototype.polluted = 1; Array.prototype.polluted = 1; typeof process'],
  ['host', 'JSON.parse(\'{"__proto__": {"polluted": 1}}\').polluted; typeof process'],
  ['host', 'Object.prototype.__defineGetter__("then", function () { return 1 }); typeof process'],
  ['host', 'Object.prototype.toJSON = function () { return "mine" }; typeof process'],
  ['host', 'Function.prototype.call = Function.prototype.apply = null; typeof process'],
  ['time', 'for (;;);'],
  ['time', 'while (true) { try { for (;;); } catch (e) {} finally { continue } }'],
  ['time', 'for (;;) try { throw 1 } catch (e) {}'],
  ['time', '/(a+)+$/.test("a".repeat(40) + "b")'],
  ['time', '/^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(60))'],
  ['time', 'for (;;) "x".repeat(1e6).toUpperCase()'],
  ['time', 'var s = "ab".repeat(1e5); for (;;) s.replace(/b/g, "c")'],
  ['time', 'for (;;) JSON.parse("[" + "1,".repeat(1e4) + "1]")'],
  ['time', 'throw { get message() { for (;;); } }'],
  ['time', 'Array.from({ length: 1e4 }, (_, i) => i).sort(function () { for (;;); })'],
  ['memory', 'var a = []; for (;;) a.push([1, 2, 3])'],
  [
    'memory',
    'var s = "x"; for (var i = 0; i < 18; i++) s += s; var a = []; for (;;) a.push(s + a.length)',
  ],
  ['memory', 'var o = {}; for (var i = 0; ; i++) o["k" + i] = i'],
  ['memory|time|null', 'var m = new Map(); for (var i = 0; ; i++) m.set(i, i)'],
  ['memory', 'var f = []; for (;;) f.push(function () { return f })'],
  ['stack', '(function f() { f() })()'],
  ['stack', 'var o = { get x() { return this.x } }; o.x'],
  ['stack', 'JSON.parse("[".repeat(1e5))'],
  ['stack|time', 'var a = []; for (var i = 0; i < 2e4; i++) a = [a]; JSON.stringify(a)'],
  ['stack', 'eval("(".repeat(1e5))'],
  ['length', 'new Array(4e9) + ""'],
  ['length', 'Array.prototype.includes.call({ length: 9e15 }, 1)'],
  ['length', '"a".repeat(1e6).indexOf("a".repeat(5e5) + "b")'],
  ['length', 'var a = new Array(1e5), b = []; for (var i = 0; i < 1e3; i++) b[i] = a; b.flat()'],
  ['any', '"x".repeat(1e9)'],
  ['any', 'new RegExp("(".repeat(1e5))'],
  ['any', 'BigInt(2) ** BigInt(1e9)'],
  ['any', '2n ** 1000000000n'],
  ['any', 'new Uint8Array(1e9)'],
  ['any', '(function f() { return Promise.resolve().then(f) })()'],
  ['any', '(async function () { for (;;) await 1 })()'],
  ['any', 'new Proxy({}, { get: function () { for (;;); } }).x'],
  ['any', 'import("node:fs")'],
]

for (const [limit, code] of SCRIPTS) {
  test(`script, ${limit}: ${code.slice(0, 70)}`, async () => {
    if (limit === 'host') {
      const leaks = `<exit expr="found === 'undefined' ? 'nothing' : found"/>`
      const script = `<script><![CDATA[var found = eval(${JSON.stringify(code)})]]></script>`
      const end = await attack(page(script + leaks), 'exit')
      assert.equal(end.exitValue, '"nothing"')
      return
    }
    // On a busy machine the limit of time or the watchdog may come before the engine has used up what the script may use; and
    // where memory ends in the engine's own work, the engine is lost with it.
    const named = `(${limit}|script engine|ran for more than|limit of time)`
    const expected =
      limit === 'any' ? /^error\.semantic/ : new RegExp(`^error\\.semantic.*${named}`)
    await attack(page(`<script><![CDATA[${code}]]></script>`), expected)
  })
}

test('the prototypes of this process are as they were', () => {
  assert.equal(({} as Readonly<Record<string, unknown>>)['polluted'], undefined)
  assert.equal(([] as unknown as Readonly<Record<string, unknown>>)['polluted'], undefined)
})

test('scripts without end, each of them short, end alone in their worker', async () => {
  let answered = (): void => undefined
  const bystander = run(HOSTILE, new Stage({ start: inForm(WAITING) }, () => answered()))
  let isOver = false
  void bystander.ended.then(() => {
    isOver = true
  })
  const busy = '(function () { for (var i = 0; i &lt; 3e5; i++); })()'
  const limit = /^error\.semantic: The script met its limit of time/
  await attack(page(`<prompt>${`<value expr="${busy}"/>`.repeat(2000)}</prompt>`), limit)
  // Between elements the others have their turn.
  const answer = new Promise<string>((resolve) => {
    answered = () => resolve('the bystander')
  })
  const many = page(`${`<script>${busy}</script>`.repeat(40)}<exit expr="1"/>`)
  const first = Promise.race([attack(many, 'exit').then(() => 'the attack'), answer])
  bystander.receive({ kind: 'key', key: '1' })
  assert.equal(await first, 'the bystander')
  assert.equal(isOver, false)
  bystander.receive({ kind: 'hangup' })
  await bystander.ended
})

test('a script that hangs where nothing stops it costs its worker, and names its call', async () => {
  // The compiler of regular expressions looks for the group of each reference through the whole of the
  // source and asks nobody meanwhile: 20 s of a calm processor, so that only the watchdog can end it.
  const hang = 'new RegExp("\\\\k<b>".repeat(7e4) + "(?<b>)")'
  const bystander = run(HOSTILE, new Stage({ start: inForm(WAITING) }))
  logged.length = 0
  await attack(
    page(`<script><![CDATA[${hang}]]></script>`),
    /^error\.semantic: A script ran for more/,
  )
  const left = await bystander.ended
  assert.match(left.fault?.message ?? '', /The script of another call/)
  assert.match(logged.join(''), /session worker hangs, replaced/)
  // New dialogues run, also those of the same account, long before the hang would have been over.
  await attack(page('<exit expr="1"/>'), 'exit')
})

test('a limit that is exceeded is named in the log', async () => {
  logged.length = 0
  await attack(page('<goto next="#f"/>'), 'error.limit.idlesteps')
  await attack(page('<script>for (;;);</script>'), /^error\.semantic/)
  assert.match(logged[0] ?? '', /"callId":\d+,"limit":"idleSteps".*session limit exceeded/)
  assert.match(logged[1] ?? '', /"callId":\d+,"limit":"time"/)
})

test('all the while, another account’s dialogue went on step by step', () => {
  const steps = neighbour.stepMs
  const { echoMs } = echo
  const told = `${steps.length} steps, median ${median(steps)} ms; ${echoMs.length} echoes, ${median(echoMs)} ms`
  assert.equal(neighbour.ended, false)
  assert.ok(steps.length > echoMs.length / 3, told)
  assert.ok(median(steps) - median(echoMs) < 20, told)
})

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Infinity
}

const WAITING = `<field name="n">Key?<grammar src="builtin:dtmf/digits?length=1"/>
  <filled><assign name="n" expr="undefined"/></filled></field>`

let lastCall = 0

function run(accountId: number, platform: Platform): HostedSession {
  const variables = { ...VARIABLES, callId: ++lastCall }
  return workers.run(
    { accountId, startUri: `${HOST}/start`, startMethod: 'GET', startFields: [], variables },
    platform,
  )
}

const VARIABLES: SessionVariables = {
  sessionId: 'hostile',
  callId: 1,
  remoteUri: '',
  localUri: '',
  ani: '',
  dnis: '',
  messageReference: '',
  callParameters: '',
  campaignParameters: '',
  calleeType: 'unknown',
  columns: {},
}

/** Serves documents by their path; whatever is said is heard at once. */
class Stage implements Platform {
  readonly clock = systemClock
  readonly #documents: Documents
  readonly #onPrompt: () => void

  constructor(documents: Documents, onPrompt: () => void = () => undefined) {
    this.#documents = documents
    this.#onPrompt = onPrompt
  }

  async fetch({ uri }: { uri: string }): Promise<FetchResponse> {
    const document = this.#documents[new URL(uri).pathname.slice(1)] ?? ''
    const body = typeof document === 'string' ? new TextEncoder().encode(document) : document()
    const status = document === '' ? 404 : 200
    return { uri, status, contentType: 'application/voicexml+xml', body }
  }

  prepare(): void {}

  play(_prompt: Prompt): Playback {
    this.#onPrompt()
    return { ended: Promise.resolve({ interrupted: false }), stop: () => undefined }
  }

  async disconnect(): Promise<void> {}
  log(): void {}
}

/** A thread that does nothing but answer: what a step costs on this machine, busy as it may be, at least. */
class Echo {
  readonly echoMs: number[] = []
  readonly #worker = new Worker(
    "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m))",
    { eval: true },
  )

  constructor() {
    this.#worker.on('message', (sentAt: number) => {
      this.echoMs.push(performance.now() - sentAt)
      this.#sendSoon()
    })
    this.#sendSoon()
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #sendSoon(): void {
    setTimeout(() => this.#worker.postMessage(performance.now()), PAUSE_MS)
  }
}

/** A dialogue of another account, whose caller presses key after key. */
class Neighbour {
  readonly stepMs: number[] = []
  ended = false
  #pressedAt = 0
  #session: HostedSession | undefined

  static async start(): Promise<Neighbour> {
    const neighbour = new Neighbour()
    await new Promise<void>((resolve) => {
      const stage = new Stage({ start: inForm(WAITING) }, () => {
        resolve()
        neighbour.#answered()
      })
      neighbour.#session = run(INNOCENT, stage)
      void neighbour.#session.ended.then(() => {
        neighbour.ended = true
      })
    })
    return neighbour
  }

  hangUp(): void {
    this.#session?.receive({ kind: 'hangup' })
  }

  #answered(): void {
    if (this.#pressedAt > 0) this.stepMs.push(performance.now() - this.#pressedAt)
    setTimeout(() => {
      this.#pressedAt = performance.now()
      this.#session?.receive({ kind: 'key', key: '1' })
    }, PAUSE_MS)
  }
}
