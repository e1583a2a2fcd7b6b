import type { Intrinsics, QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten'
import type { Clock } from '#base'
import type { Instance } from './instance.ts'
import { PRELUDE } from './sandbox-prelude.ts'
import { SCOPES } from './sandbox-scopes.ts'
import type { ScriptLimits } from './script-limits.ts'
import type { OpenRealm } from './shared-realm.ts'

/**
 * No promises, so no jobs that outlive an evaluation; no proxies, typed arrays and shared memory, whose
 * built-ins can be made to run without end and which VoiceXML's ECMAScript does not know.
 */
const INTRINSICS: Intrinsics = {
  BaseObjects: true,
  Date: true,
  Eval: true,
  StringNormalize: true,
  RegExp: true,
  JSON: true,
  MapSet: true,
}

/** The realm of a session: its function is the one of `sandbox-scopes`. */
export function scopesRealm(clock: Clock, limits: ScriptLimits): OpenRealm {
  return (instance, mustStop) => {
    const realm = openRuntime(instance, limits, mustStop).newContext({ intrinsics: INTRINSICS })
    const now = realm.newFunction('now', () => realm.newNumber(clock.now()))
    return { realm, main: furnish(realm, now, limits) }
  }
}

function furnish(realm: QuickJSContext, now: QuickJSHandle, limits: ScriptLimits): QuickJSHandle {
  const prelude = realm.unwrapResult(realm.evalCode(dense(PRELUDE), 'prelude'))
  const maxItems = realm.newNumber(limits.arrayLength)
  const reseed = realm.unwrapResult(realm.callFunction(prelude, realm.undefined, now, maxItems))
  const scopes = realm.unwrapResult(realm.evalCode(dense(SCOPES), 'scopes'))
  const maxValue = realm.newNumber(limits.valueLength)
  return realm.unwrapResult(realm.callFunction(scopes, realm.undefined, maxValue, reseed))
}

/** The realm keeps the source of its functions: without indentation and comments it is less. */
function dense(source: string): string {
  return source.replace(/^\s+/gm, '').replace(/^\/\/.*\n/gm, '')
}

/**
 * The names that a script declares at its top, found by the engine itself: in a realm whose global object
 * is bare, the script is begun and left before its first statement. What `var` and `function` declare is
 * on the global object then; of the identifiers that are given, those that `let`, `const` and `class`
 * declare are those that cannot be asked for their type yet.
 */
export function namesRealm(limits: ScriptLimits): OpenRealm {
  return (instance, mustStop) => {
    const realm = openRuntime(instance, limits, mustStop).newContext({
      intrinsics: { BaseObjects: true, Eval: true, JSON: true, RegExp: true },
    })
    return { realm, main: realm.unwrapResult(realm.evalCode(LIST_NAMES)) }
  }
}

/** Leaves nothing on the global object that a script could declare over. */
const LIST_NAMES = `
;(function () {
  'use strict'
  const { getOwnPropertyNames, getOwnPropertyDescriptor } = Object
  const { stringify, parse } = JSON
  const evaluate = eval
  const global = globalThis
  const { deleteProperty } = Reflect
  for (const name of getOwnPropertyNames(global)) deleteProperty(global, name)
  return (code, identifiers) => {
    const asked = parse(identifiers)
    let probes = ''
    for (let i = 0; i < asked.length; i++) probes += 'try{typeof ' + asked[i] + '}catch{this[' + i + ']=1}'
    try { evaluate(probes + 'throw 0;' + code) } catch {}
    const names = []
    for (let i = 0; i < asked.length; i++) if (global[i] === 1) names[names.length] = { name: asked[i], kind: 'lexical' }
    const found = getOwnPropertyNames(global)
    for (let i = 0; i < found.length; i++) {
      const name = found[i]
      const { value, configurable } = getOwnPropertyDescriptor(global, name)
      if (!configurable || name === 'arguments' || name === 'eval') continue
      // A mark of the probes.
      if (name[0] >= '0' && name[0] <= '9') continue
      names[names.length] = { name, kind: typeof value === 'function' ? 'function' : 'var' }
    }
    return stringify(names)
  }
})()
`

function openRuntime(
  { engine }: Instance,
  limits: ScriptLimits,
  mustStop: () => boolean,
): QuickJSRuntime {
  return engine.newRuntime({
    memoryLimitBytes: limits.memoryBytes,
    maxStackSizeBytes: limits.stackBytes,
    interruptHandler: mustStop,
  })
}
