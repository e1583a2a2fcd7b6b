import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger, systemClock, VirtualClock } from '#base'
import { createScriptEngine, type ScriptContext, ScriptError } from './index.ts'

const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })

async function dialogue(): Promise<ScriptContext> {
  const context = await engine.createContext()
  context.setVariable('session', 'id', 'abc')
  context.pushScope('application')
  context.pushScope('document')
  context.pushScope('dialog')
  return context
}

function fails(work: () => unknown, errorName?: string): ScriptError {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof ScriptError, String(error))
    if (errorName !== undefined) assert.equal(error.errorName, errorName, error.message)
    return error
  }
  return assert.fail('it succeeded')
}

test('names are declared, whatever literals the script holds', async () => {
  const context = await dialogue()
  context.runScript(
    'var pattern = /x+/g; function found(w) { return /^[a-z]+$/i.test(w) } var big = 3;',
    { scope: 'document' },
  )
  assert.equal(context.evaluate('found("abc")'), true)
  assert.equal(context.evaluate('document.big + "axxb".replace(pattern, "-")'), '3a-b')
})

test('values cross as data, and undefined and not-a-number survive', async () => {
  const context = await dialogue()
  assert.deepEqual(context.evaluate('{a: [1, "x", null, true]}'), { a: [1, 'x', null, true] })
  assert.equal(context.evaluate('undefined'), undefined)
  assert.equal(context.evaluate('function () {}'), undefined)
  assert.ok(Number.isNaN(context.evaluate('0/0')))
  assert.equal(context.evaluate('-1/0'), Number.NEGATIVE_INFINITY)
  assert.equal(context.evaluate('1 // one'), 1)
  assert.equal(context.evaluate('"é€😀\\u0000"'), 'é€😀\u0000')
  assert.equal(context.evaluateToString('[1,[2,3]]'), '1,2,3')
  assert.equal(context.evaluateToString('undefined'), 'undefined')
  assert.equal(context.evaluateToBoolean('"0"'), true)
  assert.equal(context.evaluateToBoolean('""'), false)
  context.setVariable('dialog', 'v', { deep: ['x'] })
  assert.deepEqual(context.getVariable('dialog', 'v'), { deep: ['x'] })
  assert.equal(context.getVariable('document', 'v'), undefined)
})

test('a name means the variable of the closest scope, and a prefix picks one', async () => {
  const context = await dialogue()
  context.declare('x', '"dialog"')
  context.declare('x', '"document"', { scope: 'document' })
  context.declare('x', '"application"', { scope: 'application' })
  context.pushScope('anonymous')
  assert.equal(context.evaluate('x'), 'dialog')
  context.declare('x', '"anonymous"')
  assert.deepEqual(context.evaluate('[x, dialog.x, document.x, application.x, session.id, id]'), [
    'anonymous',
    'dialog',
    'document',
    'application',
    'abc',
    'abc',
  ])
  context.popScope()
  assert.equal(context.evaluate('x'), 'dialog')
})

test('var without a value keeps the current one', async () => {
  const context = await dialogue()
  context.declare('x')
  assert.equal(context.evaluate('x'), undefined)
  context.declare('x', '5')
  context.declare('x')
  assert.equal(context.evaluate('x'), 5)
  context.runScript('var x')
  assert.equal(context.evaluate('x'), 5)
  fails(() => context.declare('dialog.x', '1'), 'SyntaxError')
  fails(() => context.declare('for', '1'), 'SyntaxError')
})

test('application and document are one where only one of them is open', async () => {
  const context = await engine.createContext()
  context.pushScope('application')
  context.declare('x', '1')
  assert.deepEqual(context.evaluate('[document.x, application.x, document === application]'), [
    1,
    1,
    true,
  ])
  context.pushScope('document')
  context.declare('x', '2')
  assert.deepEqual(context.evaluate('[document.x, application.x]'), [2, 1])
  context.popScope()
  assert.equal(context.evaluate('document.x'), 1)
  assert.equal(context.evaluate('typeof dialog'), 'undefined')
})

test('undeclared variables are errors where they are read or assigned', async () => {
  const context = await dialogue()
  fails(() => context.evaluate('nothing'), 'ReferenceError')
  fails(() => context.assign('nothing', '1'), 'ReferenceError')
  fails(() => context.assign('dialog.nothing', '1'), 'ReferenceError')
  fails(() => context.assignValue('nothing', 1), 'ReferenceError')
  assert.equal(context.evaluate('typeof nothing'), 'undefined')
  assert.equal(context.isDeclared('nothing'), false)
  context.declare('something')
  assert.equal(context.isDeclared('something'), true)
  assert.equal(context.evaluate('dialog.nothing'), undefined)
})

test('assign goes to the variable where it is, by reference', async () => {
  const context = await dialogue()
  context.declare('o', '{p: 1}', { scope: 'document' })
  context.declare('q', '{deep: {}}')
  context.pushScope('anonymous')
  context.assign('o.p', 'q')
  context.assign('document.o.n', 'o.p')
  context.assign('o["k l"]', '3')
  context.popScope()
  assert.equal(context.evaluate('o.p === q && o.n === q && o["k l"] === 3'), true)
  fails(() => context.assign('o.missing.x', '1'), 'TypeError')
  fails(() => context.assign('o p', '1'), 'SyntaxError')
})

test('session variables can be read only', async () => {
  const context = await engine.createContext()
  context.setVariable('session', 'connection', { remote: { uri: 'tel:1' } })
  context.pushScope('application')
  fails(() => context.assign('session.connection', '1'), 'TypeError')
  fails(() => context.assign('session.connection.remote.uri', '1'), 'TypeError')
  fails(() => context.assign('session.fresh', '1'), 'ReferenceError')
  context.runScript('session.connection = 2; session.connection.remote = 3')
  assert.equal(context.evaluate('session.connection.remote.uri'), 'tel:1')
  context.setVariable('session', 'connection', { ended: true })
  assert.equal(context.evaluate('connection.ended'), true)
  context.declare('connection', '({ of: "the platform" })', { scope: 'session' })
  context.runScript('session.connection = 2; connection = 3; session.fresh = 4')
  assert.equal(context.evaluate('session.connection.of'), 'the platform')
  assert.equal(context.evaluate('typeof session.fresh'), 'undefined')
  assert.throws(() => context.setVariable('session', 'late', 1), { errorName: 'TypeError' })
})

test('what a script declares lands in its scope, functions first', async () => {
  const context = await dialogue()
  context.runScript('var early = later(); function later() { return typeof after } var after = 1')
  assert.deepEqual(context.evaluate('[early, dialog.after, typeof dialog.later]'), [
    'undefined',
    1,
    'function',
  ])
  context.runScript('for (var i = 0, total = 0; i < 4; i++) { var inner = i; total += i }')
  assert.deepEqual(context.evaluate('[dialog.i, dialog.total, dialog.inner]'), [4, 6, 3])
  context.runScript('if (true) { function inBlock() { return 7 } }')
  assert.equal(context.evaluate('inBlock()'), 7)
  context.runScript('function twice() { return 1 } function twice() { return 2 }')
  assert.equal(context.evaluate('twice()'), 2)
  context.runScript('var café = 1, $_ = 2; var [d1, {d2}] = [3, {d2: 4}]')
  assert.deepEqual(context.evaluate('[café, $_, d1, d2]'), [1, 2, 3, 4])
})

test('let, const and class at the top of a script are seen by what comes after it', async () => {
  const context = await dialogue()
  context.runScript(`
    let count = 1; const LIMIT = 3, { a, b: [c] } = { a: 4, b: [5] };
    class Counter { static next() { return ++count } }
    function more() { return count < LIMIT } // count is what it is now
    { let inner = 6; const hidden = 7 }
    for (let i = 0; i < 2; i++) var last = i;
    "let fake = 8"`)
  assert.deepEqual(context.evaluate('[count, LIMIT, a, c, last, more(), Counter.next(), count]'), [
    1,
    3,
    4,
    5,
    1,
    true,
    2,
    2,
  ])
  assert.deepEqual(
    context.evaluate('[typeof inner, typeof hidden, typeof i, typeof fake]'),
    Array(4).fill('undefined'),
  )
  context.assign('count', 'LIMIT')
  assert.deepEqual(context.evaluate('[dialog.count, more(), typeof document.count]'), [
    3,
    false,
    'undefined',
  ])
  fails(() => context.assign('LIMIT', '9'), 'TypeError')
  context.runScript('let count = 20')
  assert.equal(context.evaluate('count'), 20)
  context.declare('taken', '1')
  fails(() => context.runScript('let taken = 2'), 'SyntaxError')
  fails(
    () => context.runScript('early(); let late = 1; function early() { late }'),
    'ReferenceError',
  )
  const library = Array.from(
    { length: 1500 },
    (_, n) => `function helper${n}(given${n}) { return given${n} }`,
  )
  context.runScript(`const first = 1;\n${library.join('\n')}`)
  assert.equal(context.evaluate('first + helper1499(1)'), 2)
  context.popScope()
  assert.equal(context.evaluate('typeof count'), 'undefined')
})

test('functions live on in the scope where they were written', async () => {
  const context = await dialogue()
  context.declare('rate', '2', { scope: 'document' })
  context.runScript('function price(n) { return n * rate } var calls = 0', { scope: 'document' })
  context.runScript('function count() { calls++; return price(calls) }', { scope: 'document' })
  context.declare('rate', '100')
  assert.deepEqual(context.evaluate('[price(3), count(), count(), calls]'), [6, 2, 4, 2])
  context.runScript('function price(n) { return -n }')
  assert.deepEqual(context.evaluate('[price(3), document.price(3), count()]'), [-3, 6, 6])
  context.runScript('function price(n) { return n }', { scope: 'document' })
  assert.equal(context.evaluate('count()'), 4)
  context.runScript('var adder = function (a) { return function (b) { return a + b + rate } }')
  assert.equal(context.evaluate('adder(1)(2)'), 103)
  context.pushScope('anonymous')
  context.declare('rate', '0')
  assert.equal(context.evaluate('adder(1)(2)'), 103)
  context.popScope()
  assert.equal(context.evaluate('calls'), 4)
})

test('this is the scope, delete leaves declared variables, globals can be shadowed', async () => {
  const context = await dialogue()
  context.runScript('var x = 1; this.y = 2; var same = this === dialog')
  assert.deepEqual(context.evaluate('[x, this.x, y, same, delete x, x, delete this.y, typeof y]'), [
    1,
    1,
    2,
    true,
    false,
    1,
    true,
    'undefined',
  ])
  context.runScript('var Date = "d"; function Array() { return "a" } var name = 1, undefined')
  assert.deepEqual(context.evaluate('[Date, Array(), [].length, name]'), ['d', 'a', 0, 1])
  context.popScope()
  assert.equal(context.evaluate('typeof Date'), 'function')
})

test('ECMAScript is sloppy: octals, with, implicit globals, arguments', async () => {
  const context = await dialogue()
  context.runScript('"use strict"; var n = 010; with ({z: 9}) { var w = z } implicit = 3')
  assert.deepEqual(context.evaluate('[n, w, implicit]'), [8, 9, 3])
  context.runScript('<!-- hidden from old browsers\nvar h = 1\n//-->')
  assert.equal(context.evaluate('h'), 1)
  assert.equal(context.evaluate('eval("var inEval = 4; inEval + h")'), 5)
  context.runScript('function f() { return arguments.length }')
  assert.equal(context.evaluate('f(1, 2, 3)'), 3)
  assert.equal(context.evaluate('"2" == 2'), true)
})

test('a subdialog sees the session and nothing else, and the caller keeps its scopes', async () => {
  const context = await dialogue()
  context.declare('x', '1')
  context.beginSubdialog()
  assert.deepEqual(context.scopes, ['session'])
  context.pushScope('application')
  fails(() => context.evaluate('x'), 'ReferenceError')
  assert.equal(context.evaluate('session.id'), 'abc')
  context.endSubdialog()
  assert.equal(context.evaluate('dialog.x'), 1)
})

test('an array is held for foreach while the original changes', async () => {
  const context = await dialogue()
  context.runScript('var list = [{n: 1}, {n: 2}]; var item')
  const held = context.copyArray('list')
  context.runScript('list.length = 0')
  assert.equal(held.length, 2)
  held.assignItem(1, 'item')
  assert.equal(context.evaluate('item.n'), 2)
  held.release()
  fails(() => context.copyArray('"no array"'))
})

test('errors name their line in the document', async () => {
  const context = await dialogue()
  const uri = 'http://h/a.vxml'
  const thrown = fails(
    () => context.runScript('var a = 1\n\nnull.x', { uri, line: 10 }),
    'TypeError',
  )
  assert.deepEqual([thrown.line, thrown.uri, thrown.code], [12, uri, 'script-failed'])
  const syntax = fails(() => context.runScript('var a =\n= 1', { line: 5 }), 'SyntaxError')
  assert.equal(syntax.line, 6)
  context.runScript('\nfunction late() { return oops }', { line: 20 })
  assert.equal(fails(() => context.evaluate('late()', { line: 3 }), 'ReferenceError').line, 21)
  assert.match(fails(() => context.evaluate('(function(){throw "words"})()')).message, /words/)
  assert.match(fails(() => context.evaluate(' '), 'SyntaxError').message, /expression is empty/)
})

test('time and chance are the host’s', async () => {
  const clock = new VirtualClock(1_234_567_890_000)
  const { seededRandom } = await import('#base')
  const make = async () =>
    (
      await createScriptEngine({ clock, log: silentLogger, random: seededRandom(7) })
    ).createContext()
  const [one, other] = [await make(), await make()]
  assert.equal(one.evaluate('Date.now()'), 1_234_567_890_000)
  assert.equal(one.evaluate('new Date().getTime()'), 1_234_567_890_000)
  assert.equal(
    one.evaluate('new Date(2020, 0, 2).getDate() + typeof Date() + (new Date instanceof Date)'),
    '2stringtrue',
  )
  assert.equal(one.evaluate('Math.random()'), other.evaluate('Math.random()'))
  assert.equal(fails(() => one.evaluate('(function(){for(;;);})()')).limit, 'time')
})

test('SISR: rules see out, rules and meta, and globals of the header', async () => {
  const context = await dialogue()
  const city = (text: string, code: string) =>
    ({
      rule: 'city',
      grammar: 'g',
      text,
      score: 0.75,
      steps: [{ kind: 'tag', code: `out.name = "${code}"` }],
    }) as const
  const value = context.runSemantics({
    headers: { g: ['var prefix = "to ";'] },
    root: {
      rule: 'fromto',
      grammar: 'g',
      text: 'from boston to paris',
      score: 1,
      steps: [
        { kind: 'rule', rule: city('boston', 'BOS') },
        {
          kind: 'tag',
          code: 'var a = rules.city.name; out.first = meta.city.text; out.score = meta.city.score',
        },
        { kind: 'rule', rule: city('paris', 'PAR') },
        {
          kind: 'tag',
          code: 'out.both = a + prefix + rules.latest().name; out.all = meta.current().text',
        },
      ],
    },
  })
  assert.deepEqual(value, {
    first: 'boston',
    score: 0.75,
    both: 'BOSto PAR',
    all: 'from boston to paris',
  })
  const simple = (steps: readonly object[]) =>
    context.runSemantics({
      headers: { g: [] },
      root: { rule: 'r', grammar: 'g', text: 'the text', score: 1, steps: steps as never },
    })
  assert.equal(simple([]), 'the text')
  assert.equal(simple([{ kind: 'literal', text: 'lit' }]), 'lit')
  assert.equal(simple([{ kind: 'tag', code: '$ = "alpha"' }]), 'alpha')
  assert.deepEqual(simple([{ kind: 'tag', code: '$.a = 1; out.b = 2' }]), { a: 1, b: 2 })
  fails(() => simple([{ kind: 'tag', code: 'undeclared = 1' }]), 'ReferenceError')
  assert.equal(context.evaluate('typeof undeclared'), 'undefined')
})

test('who looks on sees the variables of every open scope, and what a document plants there does no harm', async () => {
  const context = await dialogue()
  context.declare('city')
  context.declare('long', '"x".repeat(5000)')
  context.runScript(
    'var list = [1]; function f() {} let n = null;' +
      'var bad = {get a() { throw 1 }}; var odd = {toJSON() { return {own: 1} }};' +
      'var plain = {a: 1}; Object.prototype.toJSON = () => "planted"; Array.prototype.toJSON = () => "planted"',
    { scope: 'document' },
  )
  const listed = context.listVariables()
  const seen = listed.map(({ scope, name, type, json }) => `${scope}.${name} ${type} ${json}`)
  assert.deepEqual(seen.slice(0, 1), ['session.id string "abc"'])
  const document = seen.filter((one) => one.startsWith('document.')).sort()
  assert.deepEqual(document, [
    'document.bad object "planted"',
    'document.f function undefined',
    'document.list array "planted"',
    'document.n null null',
    'document.odd object {"own":1}',
    'document.plain object "planted"',
  ])
  const [city, long] = listed.filter(({ scope }) => scope === 'dialog')
  assert.deepEqual(city, { scope: 'dialog', name: 'city', type: 'undefined' })
  assert.equal(long?.json?.length, 1001)
  const hanging = await dialogue()
  hanging.runScript('var hang = {get a() { for (;;); }}; var b = 1')
  assert.equal(fails(() => hanging.listVariables()).limit, 'time')
  assert.equal(hanging.getVariable('dialog', 'b'), 1)
  const alone = await engine.createContext()
  alone.pushScope('application')
  alone.declare('a', '1')
  assert.deepEqual(alone.listVariables(), [
    { scope: 'document', name: 'a', type: 'number', json: '1' },
  ])
})
