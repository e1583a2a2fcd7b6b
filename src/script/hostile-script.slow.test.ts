import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger, systemClock } from '#base'
import { createScriptEngine, type ScriptContext, ScriptError } from './index.ts'

const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })

/** Each of them must end in an error, soon; the limit it is to meet, where it meets one. */
const ENDS: readonly (readonly [code: string, limit?: string])[] = [
  ['for (;;);', 'time'],
  ['while (true) { try { for (;;); } catch (e) {} finally { continue } }', 'time'],
  ['(function f() { try { f() } finally { f() } })()'],
  ['(function f() { f() })()', 'stack'],
  ['var o = { get x() { return this.x } }; o.x', 'stack'],
  ['var o = { toString: function () { return "" + this } }; "" + o', 'stack'],
  ['eval("(".repeat(1e5))', 'stack'],
  ['eval("[".repeat(1e5))', 'stack'],
  ['eval("`${".repeat(1e4))', 'stack'],
  ['eval("function f(){".repeat(1e4))', 'stack'],
  ['JSON.parse("[".repeat(1e6))', 'stack'],
  ['var a = []; for (var i = 0; i < 2e4; i++) a = [a]; JSON.stringify(a)'],
  ['var a = []; for (var i = 0; i < 1e4; i++) a = [a]; a.flat(Infinity)', 'stack'],
  ['new RegExp("(".repeat(1e5))'],
  ['/(a+)+$/.test("a".repeat(40) + "b")', 'time'],
  ['/^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(60))', 'time'],
  ['var a = []; for (;;) a.push(new Array(1000).fill(1))'],
  ['var a = []; for (;;) { try { a.push(new Array(1e4).fill(1)) } catch (e) {} }'],
  ['var s = "x"; for (;;) s += s', 'length'],
  ['"x".repeat(1e9)'],
  ['var o = {}; for (var i = 0; ; i++) o["k" + i] = i'],
  ['var m = new Map; for (var i = 0; ; i++) m.set(i, i)'],
  ['new Array(4e9) + ""', 'length'],
  ['var a = []; a[4e9] = 1; a.indexOf(2)', 'length'],
  ['Array.prototype.includes.call({ length: 9e15 }, 1)', 'length'],
  ['Array.prototype.fill.call({ get length() { return 9e15 } }, 1)', 'length'],
  ['Array.prototype.reverse.call({ length: { valueOf: function () { return 9e15 } } })', 'length'],
  ['[].concat(new Array(4e9))', 'length'],
  ['new Set(new Array(4e9))'],
  ['JSON.stringify({}, new Array(4e9))', 'length'],
  ['"a".repeat(1e6).indexOf("a".repeat(5e5) + "b")', 'length'],
  ['"a".repeat(1e6).split("a".repeat(5e5) + "b")', 'length'],
  ['"\\u0301\\u0316".repeat(2e5).normalize()', 'length'],
  ['new Array(4e9).values().drop(4e9)'],
  ['BigInt(2)'],
  ['new Proxy({}, {})'],
  ['Promise.resolve().then(function () { for (;;); })'],
  ['(async function () { for (;;) await 1 })()'],
  ['import("fs")'],
  ['new SharedArrayBuffer(1e9)'],
  ['new Uint8Array(1e9)'],
  ['throw { get message() { for (;;); } }', 'time'],
  ['throw { get name() { throw this } }'],
  ['var f = function () {}; for (var i = 0; i < 2e4; i++) f = f.bind(); f()'],
  ['null.x'],
  // Built-ins that take long while the engine counts only branches.
  ['var a = new Array(1e5), b = []; for (var i = 0; i < 1e3; i++) b[i] = a; b.flat()', 'length'],
  ['var a = []; for (var i = 0; i < 40; i++) a = [a, a]; a.flat(Infinity)'],
  ['[].concat.apply([], new Array(1e4).fill(new Array(1e5)))', 'length'],
  ['String.raw({ raw: { length: 1e9 } })', 'length'],
  ['for (;;) "x".repeat(1e6).toUpperCase()', 'time'],
  ['for (;;) JSON.parse("[" + "1,".repeat(1e4) + "1]")', 'time'],
  ['var a = new Array(1e5); for (;;) a.indexOf(1)', 'time'],
  ['var s = "ab".repeat(1e5); for (;;) s.replace(/b/g, "c")', 'time'],
  ['var o = {}; for (var i = 0; i < 5e3; i++) o["k" + i] = i; for (;;) Object.keys(o)', 'time'],
  ['for (;;) try { for (;;) /x/.test("y".repeat(1e6)) } catch (e) {}', 'time'],
  ['for (;;) encodeURIComponent("x".repeat(1e5))', 'time'],
  ['"x".repeat(1e5).replaceAll("x", "y".repeat(1e5))', 'length'],
  ['"x".repeat(1e5).replace(/x/g, "y".repeat(1e5))'],
  ['var a = new Array(1e5).fill(1); for (;;) [...a]', 'time'],
  ['var a = new Array(6e4).fill(1); for (;;) Math.max(...a)', 'time'],
  ['var o = {}; for (var i = 0; i < 2e4; i++) o["k" + i] = 1; for (;;) ({ ...o })', 'time'],
  ['var s = "x".repeat(5e5), m = new Map; for (;;) m.get(s + "y")', 'time'],
  ['var o = {}; for (var i = 0; i < 2e4; i++) o = Object.create(o); for (;;) o.x', 'time'],
  ['var m = new Set([1]); m.forEach(function (x) { m.delete(x); m.add(x + 1) })', 'time'],
  ['function* g() { for (;;) yield 1 } var [...a] = g()'],
  ['function* g() { yield* g() } [...g()]', 'stack'],
  ['for (;;) Date.parse(" ".repeat(1e6))', 'time'],
  ['for (;;) Number("1".repeat(1e6))', 'time'],
  [
    'new Array(1e5).sort(function () { for (;;); }); [2, 1].sort(function () { for (;;); })',
    'time',
  ],
  ['new WeakRef({})'],
  ['new FinalizationRegistry(function () {})'],
  ['Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
  ['Error.prepareStackTrace = function () { for (;;); }; for (;;) new Error().stack', 'time'],
  ['Function("for (;;);")()', 'time'],
  ['for (;;) Function("return 1")()', 'time'],
  ['var a = []; for (var i = 0; i < 40; i++) a = [a, a]; JSON.stringify(a)', 'time'],
]

/** How much CPU time an evaluation may take, its limit of 100 ms included: on a slow machine too, but not for ever. */
const SOON_MS = 2500

test('scripts that take too much end soon, alone, and name their limit', async () => {
  const neighbour = await engine.createContext()
  neighbour.pushScope('application')
  neighbour.declare('kept', '41')
  for (const [code, limit] of ENDS) {
    const context = await engine.createContext()
    context.pushScope('application')
    const begun = process.threadCpuUsage()
    const thrown = failure(context, code)
    const tookMs = process.threadCpuUsage(begun).user / 1000
    assert.ok(tookMs < SOON_MS, `${code} took ${tookMs} ms`)
    if (limit !== undefined) assert.equal(thrown.limit, limit, `${code}: ${thrown.message}`)
    assert.equal(neighbour.evaluate('kept + 1'), 42)
    assert.doesNotThrow(() => context.dispose())
  }
})

test('a session goes on after a limit that left its engine whole', async () => {
  for (const code of ['for (;;);', '(function f() { f() })()', 'var s = "x"; for (;;) s += s']) {
    const context = await engine.createContext()
    context.pushScope('application')
    assert.equal(failure(context, code).code, 'script-limit')
    context.runScript('s = undefined; var next = 1')
    assert.equal(context.evaluate('next + 1'), 2)
  }
})

test('an engine that is lost says so, and only for its session', async () => {
  const context = await engine.createContext()
  context.pushScope('application')
  failure(context, 'eval("(".repeat(1e5))')
  assert.equal(failure(context, '1').code, 'script-engine-lost')
  assert.equal((await engine.createContext()).evaluate('1'), 1)
})

test('nothing of the host can be reached', async () => {
  const context = await engine.createContext()
  context.pushScope('application')
  const maker = 'this.constructor ? this.constructor.constructor : Object.constructor'
  for (const name of [
    'process',
    'require',
    'globalThis.process',
    'Buffer',
    'fetch',
    'console',
    'std',
    'os',
  ]) {
    assert.equal(context.evaluate(`typeof ${name}`), 'undefined')
    const escaped = `(${maker})("return typeof ${name}")()`
    assert.equal(context.evaluate(escaped), 'undefined')
  }
  assert.equal(context.evaluate('(function () { return typeof this.process })()'), 'undefined')
})

test('the host’s prototypes stay clean whatever crosses', async () => {
  const context = await engine.createContext()
  context.pushScope('application')
  context.runScript('Object.prototype.polluted = 1; Array.prototype.polluted = 1')
  const value = context.evaluate(
    'JSON.parse(\'{"__proto__": {"polluted": 1}, "a": {"__proto__": 2}}\')',
  )
  assert.deepEqual(value, { a: {} })
  assert.equal(Object.assign({}, value as object as { polluted?: number }).polluted, undefined)
  assert.equal(({} as { polluted?: number }).polluted, undefined)
  const other = await engine.createContext()
  assert.equal(other.evaluate('({}).polluted'), undefined)
})

test('built-ins that are broken by a script break only the script', async () => {
  const context = await engine.createContext()
  context.pushScope('application')
  context.runScript(
    'JSON.stringify = JSON.parse = Reflect.apply = String = Array.prototype.slice = null;' +
      'Object.prototype.toJSON = function () { return "mine" };' +
      'Function.prototype.call = Function.prototype.apply = function () { throw 1 };' +
      'Object.defineProperty(Object.prototype, "0", { set: function () { throw 1 } });' +
      'eval = null; globalThis.eval = null; delete globalThis.eval;',
  )
  context.pushScope('dialog')
  context.declare('x', '20')
  context.runScript('var y = 22; function sum() { return x + y }')
  assert.equal(context.evaluate('sum()'), 42)
  assert.equal(context.evaluateToString('x'), '20')
  context.setVariable('dialog', 'z', [1, { a: 2 }])
  assert.equal(context.evaluate('z[1].a'), 2)
  assert.match(failure(context, 'null.x').message, /TypeError/)
})

test('code and values that are too long are refused', async () => {
  const context = await engine.createContext()
  context.pushScope('application')
  assert.equal(failure(context, ' '.repeat(600_000)).limit, 'length')
  const thrown = assert.throws(() => context.evaluate('"x".repeat(1100000)'), ScriptError)
  assert.equal(thrown, undefined)
  assert.equal(context.evaluateToString('"ok"'), 'ok')
})

test('a hundred scripts and disposals leave no weight', async () => {
  for (let i = 0; i < 100; i++) {
    const context = await engine.createContext()
    context.pushScope('application')
    context.runScript('var a = []; for (var i = 0; i < 1000; i++) a.push({ i: i })')
    context.dispose()
    context.dispose()
    assert.equal(failure(context, '1').code, 'script-engine-lost')
  }
})

function failure(context: ScriptContext, code: string): ScriptError {
  try {
    context.runScript(code)
  } catch (error) {
    assert.ok(error instanceof ScriptError, `${code}: ${String(error)}`)
    return error
  }
  return assert.fail(`${code} ended well`)
}
