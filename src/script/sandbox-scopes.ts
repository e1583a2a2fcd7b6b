/**
 * The scope chain inside the sandbox (VoiceXML 2.0 section 5.1.2). A scope is an object without
 * prototype; its code runs by a direct eval inside nested `with` statements, one a scope, so that closures
 * keep the chain in which they were written, as ECMAScript wants it.
 *
 * An eval inside a function would put what `var` and `function` declare into that function. Here they
 * have to become properties of the scope object: the host has listed the names beforehand; they are
 * declared on the object, the functions copied there, and the eval's own bindings, which are deletable,
 * deleted, all before the first statement runs. What `let`, `const` and `class` declare stays the eval's
 * own; the object has accessors for it, so that later scripts and expressions see it too.
 *
 * The last value is a function `(operation, ...strings) → string`. What it answers begins with a letter:
 * `j` JSON follows, `n` a number that JSON has not, `u` undefined, `e` an
 * error follows: name, message and stack as JSON, a line each.
 */
export const SCOPES = String.raw`
(function (maxValueLength, reseed) {
  'use strict'
  const { apply } = Reflect
  const { parse } = JSON
  const { create, defineProperty, getOwnPropertyNames, getOwnPropertyDescriptor, freeze, preventExtensions } = Object
  const hasOwn = Object.hasOwn
  const stringify = JSON.stringify
  const NativeString = String, NativeReferenceError = ReferenceError, NativeRangeError = RangeError, NativeSyntaxError = SyntaxError
  const { isFinite } = Number
  const { isArray } = Array
  const { slice } = Array.prototype
  const cut = String.prototype.slice
  const global = globalThis

  const scopes = create(null)
  const named = create(null)
  const held = create(null)
  const NEST = '(function(){with(arguments[0])return function(){return eval(arguments[0])}})'
  const globalRun = (0, eval)('(function(){return eval(arguments[0])})')
  const root = { vars: create(null), run: globalRun, parent: undefined }

  for (const name of ['session', 'application', 'document', 'dialog']) {
    defineProperty(global, name, { get: { get() { return named[name]?.vars } }.get, enumerable: true })
  }

  const run = (scope, code, argument) => apply(scope.run, scope.vars, [code, argument])

  function newScope(parent) {
    const vars = create(null)
    return { vars, parent, run: apply(run(parent, NEST), undefined, [vars]) }
  }

  function encode(value) {
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return 'u'
    if (typeof value === 'number' && !isFinite(value)) return 'n' + value
    const json = stringify(value)
    if (json === undefined) return 'u'
    if (json.length > maxValueLength) tooLong()
    return 'j' + json
  }

  function tooLong() {
    throw new NativeRangeError('limit of length: the value has more than ' + maxValueLength + ' characters')
  }

  function declare(vars, name) {
    if (!hasOwn(vars, name)) {
      defineProperty(vars, name, { value: undefined, writable: true, enumerable: true, configurable: false })
    }
  }

  function publish(vars, name, value) {
    defineProperty(vars, name, { value, writable: false, enumerable: true, configurable: true })
  }

  function deepFreeze(value) {
    if (value !== null && typeof value === 'object') {
      const names = getOwnPropertyNames(value)
      for (let i = 0; i < names.length; i++) deepFreeze(value[names[i]])
      freeze(value)
    }
    return value
  }

  function isDeclared(scope, name) {
    for (let at = scope; at !== undefined; at = at.parent) if (name in at.vars) return true
    return name in global
  }

  // Assigning in strict mode makes an undeclared or read-only variable an error.
  function assign(scope, target, value) {
    const path = apply(matchPath, SCOPED, [target])
    if (path !== null && isDeclared(scope, path[1])) {
      const owner = run(scope, path[1])
      for (const id in scopes) {
        if (scopes[id].vars === owner && !(path[2] in owner)) {
          throw new NativeReferenceError("'" + target + "' is not declared")
        }
      }
    }
    run(scope, '"use strict";(' + target + ')=arguments[1]', value)
  }
  const SCOPED = /^\s*([A-Za-z_$][\w$]*)\s*\.\s*([A-Za-z_$][\w$]*)/
  const matchPath = SCOPED.exec

  function runScript(scope, code, names, lines) {
    let prologue = ';'
    for (let i = 0; i < names.length; i++) {
      const { name, kind } = names[i]
      if (kind === 'lexical') {
        prologue += 'arguments[1](' + stringify(name) + ',()=>' + name + ',(value)=>{' + name + '=value});'
        continue
      }
      declare(scope.vars, name)
      if (kind === 'function') prologue += 'this[' + stringify(name) + ']=' + name + ';'
      prologue += 'delete ' + name + ';'
    }
    const bind = (name, get, set) => {
      const known = getOwnPropertyDescriptor(scope.vars, name)
      if (known !== undefined && !known.configurable) throw new NativeSyntaxError("redeclaration of '" + name + "'")
      defineProperty(scope.vars, name, { __proto__: null, get, set, enumerable: true, configurable: true })
    }
    return run(scope, lines + prologue + code, bind)
  }

  const operations = {
    __proto__: null,
    seed(text) { reseed(+text) },
    open(id, parentId) { scopes[id] = newScope(parentId === '' ? root : scopes[parentId]) },
    close(id) { delete scopes[id] },
    name(session, application, document, dialog) {
      named.session = scopes[session]
      named.application = scopes[application]
      named.document = scopes[document]
      named.dialog = scopes[dialog]
    },
    evaluate(id, code) { return encode(run(scopes[id], code)) },
    truth(id, code) { return run(scopes[id], code) ? 'jtrue' : 'jfalse' },
    text(id, code) {
      const text = NativeString(run(scopes[id], code))
      if (text.length > maxValueLength) tooLong()
      return 'j' + stringify(text)
    },
    declare(id, name, code, readOnly) {
      const { vars } = scopes[id]
      if (code === '') return declare(vars, name)
      const value = run(scopes[id], code)
      if (readOnly === 'true') return publish(vars, name, value)
      declare(vars, name)
      vars[name] = value
    },
    // Documents cannot declare variables of the session (section 5.1.2); the platform can renew its own.
    protect(id) { preventExtensions(scopes[id].vars) },
    set(id, name, json, readOnly) {
      const { vars } = scopes[id]
      const value = json === '' ? undefined : parse(json)
      if (readOnly === 'true') return publish(vars, name, deepFreeze(value))
      declare(vars, name)
      vars[name] = value
    },
    get(id, name) { return encode(scopes[id].vars[name]) },
    has(id, name) { return isDeclared(scopes[id], name) ? 'jtrue' : 'jfalse' },
    // String by string, as in 'describe'.
    list(id) {
      const { vars } = scopes[id]
      const names = getOwnPropertyNames(vars)
      let listed = ''
      for (let i = 0; i < names.length && i < 200; i++) {
        let type = 'unreadable', json
        try {
          const value = vars[names[i]]
          json = typeof value === 'function' ? undefined : stringify(value)
          type = value === null ? 'null' : isArray(value) ? 'array' : typeof value
        } catch {}
        if (json !== undefined && json.length > 1000) json = apply(cut, json, [0, 1000]) + '…'
        const told = json === undefined ? '' : ',' + stringify(json)
        listed += (i === 0 ? '' : ',') + '[' + stringify(names[i]) + ',' + stringify(type) + told + ']'
      }
      return 'j[' + listed + ']'
    },
    assign(id, target, code) { assign(scopes[id], target, run(scopes[id], code)) },
    assignJson(id, target, json) { assign(scopes[id], target, json === '' ? undefined : parse(json)) },
    script(id, code, names, lines) { runScript(scopes[id], code, parse(names), lines) },
    hold(id, key, code) {
      const list = run(scopes[id], code)
      if (!isArray(list)) throw new NativeReferenceError('the value is not an array')
      held[key] = apply(slice, list, [])
      return 'j' + held[key].length
    },
    item(id, key, index, target) { assign(scopes[id], target, held[key][index]) },
    release(key) { delete held[key] },

    semantics(json) {
      const steps = parse(json)
      const grammars = [], open = []
      let value
      for (let i = 0; i < steps.length; i++) {
        const step = steps[i], scope = open[open.length - 1]
        if (step[0] === 'grammar') grammars[grammars.length] = newScope(root)
        else if (step[0] === 'global') runTag(grammars[grammars.length - 1], step[1], step[2])
        else if (step[0] === 'sealed') freeze(grammars[grammars.length - 1].vars)
        else if (step[0] === 'open') open[open.length] = ruleScope(grammars[step[1]], step[2], step[3])
        else if (step[0] === 'tag') runTag(scope, step[1], step[2])
        else if (step[0] === 'literal') setOut(scope, step[1])
        else {
          open.length -= 1
          value = closeRule(scope, open[open.length - 1], step[1])
        }
      }
      return encode(value)
    },
  }

  // SISR 1.0 section 6.3.2: the environment of a rule that has matched.
  function ruleScope(global, text, score) {
    const scope = newScope(global)
    const { vars } = scope
    scope.current = freeze({ text, score })
    scope.latest = undefined
    scope.touched = false
    vars.out = {}
    vars.rules = {}
    vars.meta = {}
    const hidden = (owner, name, value) => defineProperty(owner, name, { value, writable: true, configurable: true })
    hidden(vars.rules, 'latest', () => scope.latest === undefined ? undefined : vars.rules[scope.latest])
    hidden(vars.meta, 'latest', () => scope.latest === undefined ? undefined : vars.meta[scope.latest])
    hidden(vars.meta, 'current', () => scope.current)
    // Tags from before SISR say "$" for the rule's value and "$$" for the last reference's.
    defineProperty(vars, '$', { get: () => vars.out, set: (value) => { vars.out = value } })
    defineProperty(vars, '$$', { get: () => vars.rules.latest() })
    return scope
  }

  function setOut(scope, value) {
    scope.touched = true
    scope.vars.out = value
  }

  // Section 3.2.2: assigning to an undeclared variable is an error in a tag.
  function runTag(scope, code, names) {
    const before = getOwnPropertyNames(global).length
    scope.touched = true
    runScript(scope, code, names, '')
    const after = getOwnPropertyNames(global)
    if (after.length === before) return
    const added = after[after.length - 1]
    delete global[added]
    throw new NativeReferenceError("'" + added + "' is not declared")
  }

  // Section 5: without a tag, the last reference's value or else the text.
  function closeRule(scope, referencing, name) {
    if (!scope.touched) scope.vars.out = scope.latest === undefined ? scope.current.text : scope.vars.rules[scope.latest]
    const { out } = scope.vars
    if (referencing === undefined) return out
    const { text, score } = scope.current
    const define = (owner, value) => defineProperty(owner, name, { value, writable: true, enumerable: true, configurable: true })
    define(referencing.vars.rules, out)
    define(referencing.vars.meta, { text, score })
    referencing.latest = name
    return out
  }

  function describe(thrown) {
    const facts = { __proto__: null, name: '', message: '', stack: '' }
    try {
      if (thrown !== null && typeof thrown === 'object') {
        const { name, message, stack } = thrown
        facts.name = apply(cut, NativeString(name ?? ''), [0, 100])
        facts.message = apply(cut, NativeString(message ?? ''), [0, 500])
        facts.stack = apply(cut, NativeString(stack ?? ''), [0, 1000])
      } else facts.message = apply(cut, NativeString(thrown), [0, 500])
    } catch {
      facts.message = 'An exception that cannot be described'
    }
    // String by string: an object would let a setter on Object.prototype into stringify.
    return 'e' + stringify(facts.name) + '\n' + stringify(facts.message) + '\n' + stringify(facts.stack)
  }

  return (operation, ...given) => {
    try {
      return apply(operations[operation], undefined, given) ?? 'u'
    } catch (thrown) {
      return describe(thrown)
    }
  }
})
`
