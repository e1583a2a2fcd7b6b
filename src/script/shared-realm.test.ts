import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLogger, systemClock } from '#base'
import { createScriptEngine, type ScriptContext, ScriptError } from './index.ts'

const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })

async function open(): Promise<ScriptContext> {
  const context = await engine.createContext()
  context.pushScope('application')
  return context
}

/** What one session may do when it has its turn. */
const move = fc.record({
  session: fc.nat(3),
  deed: fc.constantFrom('grow', 'drop', 'closure', 'pollute', 'lose', 'fail', 'leave'),
  size: fc.nat(3000),
})

test('sessions that take turns find what they left, and nothing of each other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 25 }), async (moves) => {
      const sessions = await Promise.all([open(), open(), open(), open()])
      const kept: { text: string; calls: number }[] = sessions.map(() => ({ text: '', calls: 0 }))
      const begin = (context: ScriptContext, own: number): void => {
        context.runScript(`var kept = '', calls = 0; function call() { return ++calls }`)
        context.setVariable('application', 'own', own)
        kept[own] = { text: '', calls: 0 }
      }
      for (const [own, context] of sessions.entries()) begin(context, own)
      for (const { session, deed, size } of moves) {
        const context = sessions[session]!
        const model = kept[session]!
        if (deed === 'grow') {
          context.runScript(`kept += '${session}'.repeat(${size}); var junk = new Array(${size})`)
          model.text += String(session).repeat(size)
        } else if (deed === 'drop') {
          context.runScript(`kept = ''; junk = []`)
          model.text = ''
        } else if (deed === 'closure') {
          model.calls += 1
          assert.equal(context.evaluate('call()'), model.calls)
        } else if (deed === 'pollute') {
          context.runScript(`Object.prototype.owner = own; leaked = own; Math.cos = null`)
        } else if (deed === 'fail') {
          const limit = /met its limit of length/
          assert.throws(() => context.runScript(`var s = 'x'; for (;;) s += s`), limit)
          context.runScript('s = 0')
        } else {
          if (deed === 'lose') {
            assert.throws(() => context.runScript(`eval('('.repeat(1e5))`), ScriptError)
            assert.throws(() => context.evaluate('1'), { code: 'script-engine-lost' })
          }
          context.dispose()
          const anew = await open()
          assert.equal(anew.evaluate('typeof leaked + typeof Math.cos + typeof ({}).owner'), CLEAN)
          sessions[session] = anew
          begin(anew, session)
        }
        for (const [own, other] of sessions.entries()) {
          assert.equal(other.evaluate('own'), own)
          assert.equal(other.evaluate('kept'), kept[own]?.text)
          const owner = other.evaluate('({}).owner')
          assert.ok(owner === undefined || owner === own, `${own} sees ${String(owner)}`)
        }
      }
      for (const context of sessions) context.dispose()
    }),
    { numRuns: 15 },
  )
})

const CLEAN = 'undefinedfunctionundefined'

test('each session has its own chance, and a copy of none', async () => {
  const seeds = await Promise.all(Array.from({ length: 20 }, open))
  const drawn = seeds.map((context) => context.evaluate('Math.random()'))
  assert.equal(new Set(drawn).size, 20)
})

test('a session that fills its memory gives it to nobody, and gets it back', async () => {
  const [one, other] = await Promise.all([open(), open()])
  one.runScript('var a = []; for (var i = 0; i < 150; i++) a.push("y".repeat(1e4) + i)')
  assert.equal(other.evaluate('typeof a'), 'undefined')
  other.runScript('var a = []; for (var i = 0; i < 150; i++) a.push("z".repeat(1e4) + i)')
  assert.equal(one.evaluate('a.every(function (s, i) { return s === "y".repeat(1e4) + i })'), true)
  assert.equal(
    other.evaluate('a.every(function (s, i) { return s === "z".repeat(1e4) + i })'),
    true,
  )
  one.dispose()
  assert.equal((await open()).evaluate('typeof a'), 'undefined')
  assert.equal(other.evaluate('a[149]'), `${'z'.repeat(1e4)}149`)
})
