/**
 * SISR 1.0 section 7: an ECMAScript value as an XML fragment, as the text of a function that runs in the
 * sandbox. Only there are arrays still sparse and properties still not enumerable. Names that XML does
 * not know and circular references are errors.
 */
export const SERIALIZE_XML = String.raw`function (top) {
  var NAME = /^[A-Za-z_\u00c0-\ufffd][\w.\u00b7\u00c0-\ufffd-]*$/
  var ESCAPED = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  var open = []

  function escapeText(text) {
    return String(text).replace(/[&<>"]/g, function (character) { return ESCAPED[character] })
  }
  function isObject(value) {
    return value !== null && typeof value === 'object'
  }
  function isReserved(name) {
    return name === '_attributes' || name === '_value' || name === '_nsdecl' || name === '_nsprefix'
  }
  function isIndex(name) {
    return String(name >>> 0) === name && name >>> 0 !== 4294967295
  }
  function qualified(prefix, name) {
    if (!NAME.test(name)) throw new Error(name + ' is no name of an XML element or attribute')
    return prefix === undefined || prefix === '' ? name : String(prefix) + ':' + name
  }
  function prefixOf(value) {
    return isObject(value) ? value._nsprefix : undefined
  }
  function attribute(name, text) {
    return ' ' + name + '="' + escapeText(text) + '"'
  }

  // Section 7.2: the properties of _attributes; one may be an object with _value and a prefix.
  function attributes(given) {
    var text = ''
    for (var name in given) {
      var value = given[name]
      var scalar = isObject(value) && '_value' in value ? value._value : value
      text += attribute(qualified(prefixOf(value), name), scalar)
    }
    return text
  }
  // Section 7.3: an empty prefix declares the default namespace.
  function declaration(given) {
    if (given._prefix === '' || given._prefix === undefined) return attribute('xmlns', given._name)
    return attribute('xmlns:' + qualified(undefined, String(given._prefix)), given._name)
  }

  function element(name, value, own, extra) {
    var tag = qualified(own, name)
    if (!isObject(value)) return '<' + tag + extra + '>' + escapeText(value) + '</' + tag + '>'
    var start = '<' + tag + extra
    if (isObject(value._attributes)) start += attributes(value._attributes)
    if (Array.isArray(value)) start += attribute(qualified(value._nsprefix, 'length'), value.length)
    if (isObject(value._nsdecl)) start += declaration(value._nsdecl)
    return start + '>' + content(value) + '</' + tag + '>'
  }

  function content(value) {
    if (typeof value === 'function') return ''
    if (!isObject(value)) return escapeText(value)
    if (open.indexOf(value) >= 0) throw new Error('The value holds itself')
    open.push(value)
    var text = '_value' in value ? escapeText(value._value) : ''
    for (var name in value) {
      var inner = value[name]
      if (isReserved(name) || typeof inner === 'function') continue
      if (Array.isArray(value) && isIndex(name)) {
        if (inner === undefined) continue
        var index = attribute(qualified(value._nsprefix, 'index'), name)
        text += element('item', inner, value._nsprefix, index)
      } else text += element(name, inner, prefixOf(inner), '')
    }
    open.pop()
    return text
  }
  return content(top)
}`
