/**
 * The read-only DOM of `<data>`, inside the sandbox: VoiceXML 2.1 appendix D, the ECMAScript binding of
 * DOM Level 2 Core. An expression; it leaves `Node`, `DOMException` and `documentOf(tree)` behind as
 * globals. Nodes are made of the tree (see `read-xml-data.ts`) as they are asked for, once each. What
 * would change one throws `NO_MODIFICATION_ALLOWED_ERR`.
 */
export const DOM_SCRIPT = String.raw`
(function () {
  'use strict'
  const { defineProperty, freeze } = Object
  const KEY = {}
  const TYPES = ['ELEMENT_NODE', 'ATTRIBUTE_NODE', 'TEXT_NODE', 'CDATA_SECTION_NODE', 'ENTITY_REFERENCE_NODE',
    'ENTITY_NODE', 'PROCESSING_INSTRUCTION_NODE', 'COMMENT_NODE', 'DOCUMENT_NODE', 'DOCUMENT_TYPE_NODE',
    'DOCUMENT_FRAGMENT_NODE', 'NOTATION_NODE']
  const ERRORS = ['INDEX_SIZE_ERR', 'DOMSTRING_SIZE_ERR', 'HIERARCHY_REQUEST_ERR', 'WRONG_DOCUMENT_ERR',
    'INVALID_CHARACTER_ERR', 'NO_DATA_ALLOWED_ERR', 'NO_MODIFICATION_ALLOWED_ERR', 'NOT_FOUND_ERR',
    'NOT_SUPPORTED_ERR', 'INUSE_ATTRIBUTE_ERR', 'INVALID_STATE_ERR', 'SYNTAX_ERR', 'INVALID_MODIFICATION_ERR',
    'NAMESPACE_ERR', 'INVALID_ACCESS_ERR']
  const NAME = /^[:A-Z_a-z\u00c0-\uffff][-:.\w\u00b7-\uffff]*$/

  function constants(owner, names) {
    for (let i = 0; i < names.length; i++) defineProperty(owner, names[i], { value: i + 1, enumerable: true })
  }

  class DOMException extends Error {
    constructor(code, message) {
      super((ERRORS[code - 1] ?? 'code ' + code) + (message === undefined ? '' : ': ' + message))
      this.code = code
    }
  }
  defineProperty(DOMException.prototype, 'name', { value: 'DOMException' })
  for (const owner of [DOMException, DOMException.prototype]) constants(owner, ERRORS)

  const readOnly = () => { throw new DOMException(7, 'what <data> has fetched is read-only') }
  const unsupported = () => { throw new DOMException(9) }
  /** Gives a prototype methods, and properties that cannot be set, without any effect at all. */
  function refuse(owner, names) {
    for (const name of names) defineProperty(owner.prototype, name, { value: readOnly })
  }

  class List {
    #items
    constructor(key, items) {
      if (key !== KEY) unsupported()
      this.#items = items
      for (let i = 0; i < items.length; i++) defineProperty(this, i, { value: items[i], enumerable: true })
      freeze(this)
    }
    get length() { return this.#items.length }
    item(index) { return this.#items[index >>> 0] ?? null }
    find(test) { for (const item of this.#items) if (test(item)) return item; return null }
  }
  class NodeList extends List { get [Symbol.toStringTag]() { return 'NodeList' } }
  class NamedNodeMap extends List {
    getNamedItem(name) { return this.find((item) => item.nodeName === String(name)) }
    getNamedItemNS(namespaceURI, localName) {
      return this.find((item) => item.namespaceURI === nullable(namespaceURI) && item.localName === String(localName))
    }
    get [Symbol.toStringTag]() { return 'NamedNodeMap' }
  }
  refuse(NamedNodeMap, ['setNamedItem', 'removeNamedItem', 'setNamedItemNS', 'removeNamedItemNS'])
  const nullable = (text) => text === undefined || text === null || text === '' ? null : String(text)

  let treeOf, placed
  class Node {
    #tree
    #parent
    #index
    #document
    #children
    constructor(key, tree, document, parent, index) {
      if (key !== KEY) unsupported()
      this.#tree = tree
      this.#document = document
      this.#parent = parent ?? null
      this.#index = index
    }
    static {
      treeOf = (node) => node.#tree
      placed = (node) => [node.#parent, node.#index]
    }
    get nodeType() { return this.#tree[0] }
    get nodeName() { return '' }
    get nodeValue() { return null }
    set nodeValue(value) { if (this.nodeValue !== null) readOnly() }
    get parentNode() { return this.#parent }
    get childNodes() {
      this.#children ??= new NodeList(KEY, childTrees(this.#tree).map((tree, index) =>
        make(tree, this.ownerDocument ?? this, this, index)))
      return this.#children
    }
    get firstChild() { return this.childNodes.item(0) }
    get lastChild() { return this.childNodes[this.childNodes.length - 1] ?? null }
    get previousSibling() { return this.#sibling(-1) }
    get nextSibling() { return this.#sibling(1) }
    #sibling(step) {
      return this.#parent === null || this.#index + step < 0 ? null : this.#parent.childNodes.item(this.#index + step)
    }
    get attributes() { return null }
    get ownerDocument() { return this.#document ?? null }
    get namespaceURI() { return null }
    get prefix() { return null }
    set prefix(value) { readOnly() }
    get localName() { return null }
    hasChildNodes() { return childTrees(this.#tree).length > 0 }
    hasAttributes() { return false }
    normalize() {}
    isSupported(feature, version) { return hasFeature(feature, version) }
    cloneNode(deep) { return make(deep ? this.#tree : shallow(this.#tree), this.ownerDocument) }
    toJSON() { return serialize(this.#tree) }
    get [Symbol.toStringTag]() { return this.constructor.name }
  }
  refuse(Node, ['insertBefore', 'replaceChild', 'removeChild', 'appendChild'])
  for (const owner of [Node, Node.prototype]) constants(owner, TYPES)

  const local = (name) => name.slice(name.indexOf(':') + 1)
  const prefix = (name) => name.includes(':') ? name.slice(0, name.indexOf(':')) : null

  class Attr extends Node {
    get nodeName() { return treeOf(this)[1] }
    get nodeValue() { return treeOf(this)[3] }
    set nodeValue(value) { readOnly() }
    get name() { return treeOf(this)[1] }
    get value() { return treeOf(this)[3] }
    set value(value) { readOnly() }
    get specified() { return true }
    get parentNode() { return null }
    get previousSibling() { return null }
    get nextSibling() { return null }
    get ownerElement() { return placed(this)[0] }
    get namespaceURI() { return nullable(treeOf(this)[2]) }
    get prefix() { return prefix(this.name) }
    set prefix(value) { readOnly() }
    get localName() { return local(this.name) }
  }

  class Element extends Node {
    #attributes
    get nodeName() { return treeOf(this)[1] }
    get tagName() { return treeOf(this)[1] }
    get namespaceURI() { return nullable(treeOf(this)[2]) }
    get prefix() { return prefix(this.tagName) }
    set prefix(value) { readOnly() }
    get localName() { return local(this.tagName) }
    get attributes() {
      this.#attributes ??= new NamedNodeMap(KEY, treeOf(this)[3].map((tree, index) =>
        make(tree, this.ownerDocument, this, index)))
      return this.#attributes
    }
    hasAttributes() { return treeOf(this)[3].length > 0 }
    getAttributeNode(name) { return this.attributes.getNamedItem(name) }
    getAttributeNodeNS(namespaceURI, localName) { return this.attributes.getNamedItemNS(namespaceURI, localName) }
    getAttribute(name) { return this.getAttributeNode(name)?.value ?? '' }
    getAttributeNS(namespaceURI, localName) { return this.getAttributeNodeNS(namespaceURI, localName)?.value ?? '' }
    hasAttribute(name) { return this.getAttributeNode(name) !== null }
    hasAttributeNS(namespaceURI, localName) { return this.getAttributeNodeNS(namespaceURI, localName) !== null }
    getElementsByTagName(name) { return descendants(this, byName(name)) }
    getElementsByTagNameNS(namespaceURI, localName) { return descendants(this, byNameNS(namespaceURI, localName)) }
  }
  refuse(Element, ['setAttribute', 'removeAttribute', 'setAttributeNode', 'removeAttributeNode', 'setAttributeNS',
    'removeAttributeNS', 'setAttributeNodeNS'])

  class CharacterData extends Node {
    get nodeValue() { return this.data }
    set nodeValue(value) { readOnly() }
    get data() { return treeOf(this)[1] }
    set data(value) { readOnly() }
    get length() { return this.data.length }
    substringData(offset, count) {
      if (!(offset >= 0 && offset <= this.length && count >= 0)) throw new DOMException(1)
      return this.data.slice(offset, offset + count)
    }
  }
  refuse(CharacterData, ['appendData', 'insertData', 'deleteData', 'replaceData'])
  class Text extends CharacterData { get nodeName() { return '#text' } }
  refuse(Text, ['splitText'])
  class CDATASection extends Text { get nodeName() { return '#cdata-section' } }
  class Comment extends CharacterData { get nodeName() { return '#comment' } }

  class ProcessingInstruction extends Node {
    get nodeName() { return this.target }
    get nodeValue() { return this.data }
    set nodeValue(value) { readOnly() }
    get target() { return treeOf(this)[1] }
    get data() { return treeOf(this)[2] }
    set data(value) { readOnly() }
  }

  class DocumentType extends Node {
    get nodeName() { return this.name }
    get name() { return treeOf(this)[1] }
    get entities() { return new NamedNodeMap(KEY, []) }
    get notations() { return new NamedNodeMap(KEY, []) }
    get publicId() { return null }
    get systemId() { return null }
    get internalSubset() { return null }
  }

  class DocumentFragment extends Node { get nodeName() { return '#document-fragment' } }

  class Document extends Node {
    #doctype
    get nodeName() { return '#document' }
    get ownerDocument() { return null }
    get doctype() {
      const name = treeOf(this)[2]
      if (nullable(name) === null) return null
      this.#doctype ??= make([10, name], this)
      return this.#doctype
    }
    get implementation() { return implementation }
    get documentElement() { return this.childNodes.find((node) => node.nodeType === 1) }
    getElementsByTagName(name) { return descendants(this, byName(name)) }
    getElementsByTagNameNS(namespaceURI, localName) { return descendants(this, byNameNS(namespaceURI, localName)) }
    getElementById(id) {
      return descendants(this, (element) => element.getAttribute('xml:id') === String(id)).item(0)
    }
    createElement(name) { return make([1, checked(name), '', [], []], this) }
    createElementNS(namespaceURI, name) { return make([1, qualified(namespaceURI, name), nullable(namespaceURI) ?? '', [], []], this) }
    createAttribute(name) { return make([2, checked(name), '', ''], this) }
    createAttributeNS(namespaceURI, name) { return make([2, qualified(namespaceURI, name), nullable(namespaceURI) ?? '', ''], this) }
    createTextNode(data) { return make([3, String(data)], this) }
    createCDATASection(data) { return make([4, String(data)], this) }
    createComment(data) { return make([8, String(data)], this) }
    createProcessingInstruction(target, data) { return make([7, checked(target), String(data)], this) }
    createDocumentFragment() { return make([11, []], this) }
    createEntityReference() { unsupported() }
    importNode(node, deep) {
      if (!(node instanceof Node) || node.nodeType === 9 || node.nodeType === 10) unsupported()
      const tree = treeOf(node)
      return make(deep || tree[0] === 2 ? tree : shallow(tree), this)
    }
    cloneNode(deep) { return make(deep ? treeOf(this) : shallow(treeOf(this))) }
  }

  class DOMImplementation {
    constructor(key) { if (key !== KEY) unsupported() }
    hasFeature(feature, version) { return hasFeature(feature, version) }
    createDocumentType(name) { return make([10, checked(name)]) }
    createDocument(namespaceURI, name, doctype) {
      const root = nullable(name) === null ? [] : [[1, qualified(namespaceURI, name), nullable(namespaceURI) ?? '', [], []]]
      return make([9, root, doctype?.name ?? ''])
    }
    get [Symbol.toStringTag]() { return 'DOMImplementation' }
  }
  const implementation = freeze(new DOMImplementation(KEY))

  function hasFeature(feature, version) {
    const wanted = nullable(version)
    return /^(?:core|xml)$/i.test(String(feature)) && (wanted === null || wanted === '1.0' || wanted === '2.0')
  }

  function checked(name) {
    if (!NAME.test(String(name))) throw new DOMException(5)
    return String(name)
  }

  function qualified(namespaceURI, name) {
    const parts = checked(name).split(':')
    const lacks = parts.length === 2 && nullable(namespaceURI) === null
    if (parts.length > 2 || parts.includes('') || lacks) throw new DOMException(14)
    return String(name)
  }

  const CLASSES = { 1: Element, 2: Attr, 3: Text, 4: CDATASection, 7: ProcessingInstruction, 8: Comment, 9: Document,
    10: DocumentType, 11: DocumentFragment }
  function make(tree, document, parent, index) {
    return freeze(new CLASSES[tree[0]](KEY, tree, document, parent, index))
  }

  function childTrees(tree) {
    switch (tree[0]) {
      case 1: return tree[4]
      case 2: return tree[3] === '' ? [] : [[3, tree[3]]]
      case 9: case 11: return tree[1]
      default: return []
    }
  }

  function shallow(tree) {
    if (tree[0] === 1) return [1, tree[1], tree[2], tree[3], []]
    return tree[0] === 9 || tree[0] === 11 ? [tree[0], [], tree[2]] : tree
  }

  const byName = (name) => (element) => String(name) === '*' || element.tagName === String(name)
  function byNameNS(namespaceURI, localName) {
    return (element) => (namespaceURI === '*' || element.namespaceURI === nullable(namespaceURI)) &&
      (localName === '*' || element.localName === String(localName))
  }

  function descendants(node, test) {
    const found = []
    const walk = (parent) => {
      const { childNodes } = parent
      for (let i = 0; i < childNodes.length; i++) {
        const child = childNodes[i]
        if (child.nodeType !== 1) continue
        if (test(child)) found.push(child)
        walk(child)
      }
    }
    walk(node)
    return new NodeList(KEY, found)
  }

  const escapeText = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  function serialize(tree) {
    switch (tree[0]) {
      case 1: {
        const attributes = tree[3].map(([, name, , value]) =>
          ' ' + name + '="' + escapeText(value).replaceAll('"', '&quot;') + '"').join('')
        const inner = tree[4].map(serialize).join('')
        return '<' + tree[1] + attributes + (inner === '' ? '/>' : '>' + inner + '</' + tree[1] + '>')
      }
      case 2: return tree[3]
      case 3: return escapeText(tree[1])
      case 4: return '<![CDATA[' + tree[1] + ']]>'
      case 7: return '<?' + tree[1] + ' ' + tree[2] + '?>'
      case 8: return '<!--' + tree[1] + '-->'
      case 9: case 11: return tree[1].map(serialize).join('')
      default: return ''
    }
  }

  const hidden = (name, value) => defineProperty(globalThis, name, { value, writable: true, configurable: true })
  hidden('Node', Node)
  hidden('DOMException', DOMException)
  hidden('documentOf', (tree) => make(tree))
})()
`
