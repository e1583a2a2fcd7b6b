/**
 * Runs first in every sandbox. Built-ins of the engine do not poll its interrupt handler, so those that
 * can be made to run for minutes on small data are bounded here; and time and chance are the host's.
 * Written for people who want to break it, so it takes hold of what it needs before they come.
 */
export const PRELUDE = `
(function (now, maxItems) {
  'use strict'
  const { hasOwn, defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object
  const { apply } = Reflect
  const { isArray } = Array
  const NativeString = String, NativeDate = Date, NativeSet = Set, NativeRangeError = RangeError
  const MAX_COMPARISONS = 50_000_000, MAX_NORMALIZED = 10_000
  // A character or item is some nanoseconds of work; a call of another built-in as much as these.
  const CHARGED_AT_ONCE = 100_000, COST_OF_CALL = 1_000, BRANCHES_TO_POLL = 200

  // Makes the engine ask whether to stop, for its counter of branches knows nothing of what built-ins do.
  let spent = 0
  function charge(cost) {
    spent += cost
    if (spent < CHARGED_AT_ONCE) return
    spent = 0
    for (let i = 0; i < BRANCHES_TO_POLL; i++);
  }

  function refuse() {
    throw new NativeRangeError('limit of length: a built-in method was given more than it may walk through')
  }

  // How many items; a length that is computed could differ at the next look: only plain ones are taken.
  function checkItems(list) {
    if (list === null || typeof list !== 'object' && typeof list !== 'function') return 0
    if (isArray(list)) { if (list.length > maxItems) refuse(); return list.length }
    let owner = list
    while (owner !== null) {
      const found = getOwnPropertyDescriptor(owner, 'length')
      if (found !== undefined) {
        if (hasOwn(found, 'get')) refuse()
        const { value } = found
        if (value !== undefined && !(typeof value === 'number' && value <= maxItems)) refuse()
        return value ?? 0
      }
      owner = getPrototypeOf(owner)
    }
    return 0
  }

  // Holes take no memory, but time: an array of references to one long array is not what it seems.
  function countFlat(list, depth) {
    let count = list.length
    for (let i = 0; i < list.length && count <= maxItems; i++) {
      if (isArray(list[i])) count += depth > 1 ? countFlat(list[i], depth - 1) : list[i].length
    }
    return count
  }

  function replace(owner, name, make) {
    const original = owner[name]
    const replaced = make(original)
    defineProperty(replaced, 'name', { value: name })
    defineProperty(owner, name, { value: replaced, writable: true, enumerable: false, configurable: true })
  }

  const untouched = ['constructor', 'push', 'pop', 'at', 'keys', 'values', 'entries', 'sort']
  for (const name of getOwnPropertyNames(Array.prototype)) {
    const method = Array.prototype[name]
    if (typeof method !== 'function' || apply(untouched.includes, untouched, [name])) continue
    replace(Array.prototype, name, (original) => ({
      method(...given) {
        let items = checkItems(this)
        for (let i = 0; i < given.length; i++) items += checkItems(given[i])
        if (name === 'flat' && isArray(this)) items = countFlat(this, given[0] === undefined ? 1 : +given[0])
        if (items > maxItems) refuse()
        charge(items)
        return apply(original, this, given)
      },
    }).method)
  }
  // The engine's own comparison of long strings is not interrupted; a comparator is.
  function ascending(one, other) {
    const left = NativeString(one), right = NativeString(other)
    return left < right ? -1 : left > right ? 1 : 0
  }
  for (const name of ['sort', 'toSorted']) {
    replace(Array.prototype, name, (original) => ({
      method(comparator) {
        charge(checkItems(this))
        return apply(original, this, [comparator === undefined ? ascending : comparator])
      },
    }).method)
  }

  for (const name of ['indexOf', 'lastIndexOf', 'includes', 'split', 'replace', 'replaceAll']) {
    replace(String.prototype, name, (original) => ({
      method(...given) {
        const wanted = given[0]
        if (this !== null && this !== undefined && (typeof wanted === 'string' || typeof wanted === 'object' && wanted !== null && !(wanted instanceof RegExp))) {
          const text = NativeString(this), part = NativeString(wanted)
          if (text.length * part.length > MAX_COMPARISONS) refuse()
          charge(text.length + part.length)
          given[0] = part
          if (name === 'replaceAll' && typeof given[1] !== 'function') {
            const by = NativeString(given[1])
            if (by.length * (text.length / (part.length || 1) + 1) > MAX_COMPARISONS) refuse()
            given[1] = by
          }
          return apply(original, text, given)
        }
        return apply(original, this, given)
      },
    }).method)
  }
  for (const name of ['normalize', 'localeCompare']) {
    replace(String.prototype, name, (original) => ({
      method(...given) {
        if (this === null || this === undefined) return apply(original, this, given)
        const text = NativeString(this)
        if (text.length > MAX_NORMALIZED || NativeString(given[0]).length > MAX_NORMALIZED) refuse()
        charge(text.length)
        return apply(original, text, given)
      },
    }).method)
  }
  const CHEAP = ['constructor', 'charAt', 'charCodeAt', 'codePointAt', 'at', 'toString', 'valueOf', 'indexOf',
    'lastIndexOf', 'includes', 'split', 'replace', 'replaceAll', 'normalize', 'localeCompare']
  for (const name of getOwnPropertyNames(String.prototype)) {
    if (typeof String.prototype[name] !== 'function' || apply(untouched.includes, CHEAP, [name])) continue
    replace(String.prototype, name, (original) => ({
      method(...given) {
        const text = this === null || this === undefined ? this : NativeString(this)
        const result = apply(original, text, given)
        charge((text.length ?? 0) + (typeof result === 'string' ? result.length : 0))
        return result
      },
    }).method)
  }
  replace(String, 'raw', (original) => ({
    method(strings, ...given) {
      if (strings !== null && strings !== undefined) charge(checkItems(strings.raw))
      return original(strings, ...given)
    },
  }).method)
  for (const name of ['exec', 'test']) {
    replace(RegExp.prototype, name, (original) => ({
      method(given) {
        const text = typeof given === 'string' ? given : '' + given
        charge(text.length)
        return apply(original, this, [text])
      },
    }).method)
  }
  for (const name of ['escape', 'unescape', 'encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent', 'parseInt', 'parseFloat']) {
    replace(globalThis, name, (original) => ({
      method(given, radix) {
        const text = typeof given === 'string' ? given : '' + given
        charge(text.length)
        return original(text, radix)
      },
    }).method)
  }
  for (const name of getOwnPropertyNames(Object)) {
    if (typeof Object[name] !== 'function') continue
    replace(Object, name, (original) => ({
      method(...given) {
        charge(COST_OF_CALL)
        return apply(original, this, given)
      },
    }).method)
  }
  replace(JSON, 'parse', (original) => ({
    method(given, reviver) {
      const text = typeof given === 'string' ? given : '' + given
      charge(COST_OF_CALL + 4 * text.length)
      return original(text, reviver)
    },
  }).method)
  // Each value is compared to all that it is inside of: a call for each lets the engine ask in between.
  const asItIs = (key, value) => value
  replace(JSON, 'stringify', (original) => ({
    method(value, replacer, space) {
      if (typeof replacer !== 'function') checkItems(replacer)
      const isPlain = replacer === undefined && typeof value === 'object' && value !== null
      const text = original(value, isPlain ? asItIs : replacer, space)
      charge(COST_OF_CALL + (text === undefined ? 0 : 4 * text.length))
      return text
    },
  }).method)

  // Native loops over endless iterators.
  const iterators = getPrototypeOf(getPrototypeOf([].values()))
  for (const name of getOwnPropertyNames(iterators)) if (name !== 'constructor') delete iterators[name]
  delete globalThis.Iterator
  delete globalThis.BigInt
  function BoundedSet(items) {
    const set = Reflect.construct(NativeSet, [], new.target ?? BoundedSet)
    if (items !== undefined && items !== null) for (const item of items) set.add(item)
    return set
  }
  BoundedSet.prototype = NativeSet.prototype
  defineProperty(BoundedSet, 'name', { value: 'Set' })
  defineProperty(NativeSet.prototype, 'constructor', { value: BoundedSet, writable: true, configurable: true })
  defineProperty(globalThis, 'Set', { value: BoundedSet, writable: true, configurable: true })

  function HostDate(...given) {
    if (new.target === undefined) return new NativeDate(now()).toString()
    return Reflect.construct(NativeDate, given.length === 0 ? [now()] : given, new.target)
  }
  HostDate.prototype = NativeDate.prototype
  HostDate.UTC = NativeDate.UTC
  HostDate.parse = NativeDate.parse
  HostDate.now = () => now()
  for (const name of ['UTC', 'parse', 'now', 'prototype']) defineProperty(HostDate, name, { enumerable: false })
  defineProperty(HostDate, 'name', { value: 'Date' })
  defineProperty(HostDate, 'length', { value: 7 })
  defineProperty(NativeDate.prototype, 'constructor', { value: HostDate, writable: true, configurable: true })
  defineProperty(globalThis, 'Date', { value: HostDate, writable: true, configurable: true })

  // mulberry32
  const { imul } = Math
  let state = 0
  defineProperty(Math, 'random', { writable: true, configurable: true, value: { random() {
    state = (state + 0x6d2b79f5) | 0
    let mixed = imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  } }.random })
  // Scopes are entered by a direct eval: it has to stay the engine's.
  defineProperty(globalThis, 'eval', { writable: false, configurable: false })
  return (seed) => { state = seed >>> 0 }
})
`
