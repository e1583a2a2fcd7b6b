import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { childElements, inheritedAttribute, parseXml, textContent, XmlError } from './index.ts'

const uri = 'http://example.org/a.vxml'
const parse = (input: string | Uint8Array, charset?: string) =>
  parseXml(input, charset === undefined ? { uri } : { uri, charset })

function fails(input: string | Uint8Array, code: string, line?: number, column?: number): XmlError {
  try {
    parse(input)
  } catch (error) {
    assert.ok(error instanceof XmlError, String(error))
    assert.equal(error.code, code)
    if (line !== undefined) assert.deepEqual([error.line, error.column], [line, column])
    return error
  }
  return assert.fail('was accepted')
}

test('elements carry names, namespaces, attributes, parents and places', () => {
  const { root } = parse(
    '<?xml version="1.0"?>\n<vxml xmlns="urn:v" xmlns:e="urn:e" version="2.1" e:x="1">\n' +
      '  <e:form id="a"/>\n</vxml>',
  )
  assert.deepEqual([root.local, root.namespace, root.line, root.column], ['vxml', 'urn:v', 2, 1])
  assert.equal(root.attributes.get('version'), '2.1')
  assert.equal(root.attributes.get('e:x'), '1')
  const spaced = root.attributeNodes.find(({ local }) => local === 'x')
  assert.equal(spaced?.namespace, 'urn:e')
  const [form] = childElements(root)
  assert.deepEqual([form?.name, form?.prefix, form?.local], ['e:form', 'e', 'form'])
  assert.deepEqual([form?.namespace, form?.line, form?.column], ['urn:e', 3, 3])
  assert.equal(form?.parent, root)
})

test('text, references and CDATA are one run, placed where it begins', () => {
  const { root } = parse('<a>\r\n one &amp; <![CDATA[<two>]]> three<b/>four</a>')
  assert.deepEqual(
    root.children.map((node) => (node.kind === 'text' ? node.text : node.name)),
    ['\n one & <two> three', 'b', 'four'],
  )
  const [first, , last] = root.children
  assert.deepEqual([first?.line, first?.column], [1, 4])
  assert.deepEqual([last?.line, last?.column], [2, 39])
  assert.equal(textContent(root), '\n one & <two> threefour')
})

test('an inherited attribute is the nearest one', () => {
  const { root } = parse('<a xml:lang="en"><b><c xml:lang="fr"/></b></a>')
  const [b] = childElements(root, 'b')
  assert.equal(inheritedAttribute(b!, 'xml:lang'), 'en')
  assert.equal(inheritedAttribute(childElements(b!)[0]!, 'xml:lang'), 'fr')
})

test('encodings follow the mark, the transport, the declaration, in this order', () => {
  const text = '<a>é€</a>'
  const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', 'latin1')
  assert.equal(textContent(parse(Buffer.from(text)).root), 'é€')
  assert.equal(textContent(parse(Buffer.from('\ufeff' + text)).root), 'é€')
  assert.equal(textContent(parse(Buffer.from('\ufeff' + text, 'utf16le')).root), 'é€')
  assert.equal(textContent(parse(Buffer.from('\ufeff' + text, 'utf16le').swap16()).root), 'é€')
  assert.equal(textContent(parse(Buffer.from(text, 'utf16le')).root), 'é€')
  assert.equal(textContent(parse(latin).root), 'é')
  assert.equal(textContent(parse(Buffer.from('<a>\xe9</a>', 'latin1'), 'iso-8859-1').root), 'é')
  assert.equal(textContent(parse(Buffer.from('\ufeff' + text), 'iso-8859-1').root), 'é€')
  fails(Buffer.from('<a>\xe9</a>', 'latin1'), 'xml-encoding')
  fails(Buffer.from('<?xml version="1.0" encoding="US-ASCII"?><a>é</a>'), 'xml-encoding')
  fails(Buffer.from('<?xml version="1.0" encoding="x-none"?><a/>'), 'xml-encoding')
})

test('faults name their line and column', () => {
  fails('<a>\n  <b></a>', 'xml-not-well-formed', 2, 9)
  fails('', 'xml-not-well-formed')
  fails('<a/><b/>', 'xml-not-well-formed')
  fails('<a b="1" b="2"/>', 'xml-not-well-formed')
  fails('<p:a/>', 'xml-not-well-formed')
  assert.match(fails('<a>&nope;</a>', 'xml-entity').message, /line 1, column \d+/)
})

test('a DOCTYPE alone does no harm', () => {
  const document = parse(
    '<!DOCTYPE vxml PUBLIC "-//W3C//DTD VOICEXML 2.0//EN" "http://www.w3.org/x.dtd">\n<vxml/>',
  )
  assert.equal(document.root.line, 2)
  assert.match(document.warnings[0]?.message ?? '', /not fetched/)
})

test('internal entities are replaced, as markup in content and as characters in values', () => {
  const { root } = parse(
    `<!DOCTYPE a [\n<!-- it's --><!ENTITY who "wor&#108;d"><!ENTITY both "<b t='&who;'/> &who;">` +
      `<!ENTITY q '"'>]>\n<a x="&q;&who;">hello &both;! <![CDATA[&who;]]><c/></a>`,
  )
  assert.equal(root.attributes.get('x'), '"world')
  assert.equal(childElements(root, 'b')[0]?.attributes.get('t'), 'world')
  assert.equal(textContent(root), 'hello  world! &who;')
  assert.deepEqual([root.line, root.column], [3, 1])
  const c = childElements(root, 'c')[0]
  assert.deepEqual([c?.line, c?.column], [3, 48])
})

test('entity bombs and external entities are refused', () => {
  const lol = Array.from(
    { length: 9 },
    (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
  ).join('')
  fails(`<!DOCTYPE a [<!ENTITY l0 "lol">${lol}]><a>&l9;</a>`, 'xml-entity')
  fails('<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a>&x;</a>', 'xml-entity')
  const external = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
  assert.match(fails(external, 'xml-entity').message, /never fetched/)
  fails('<!DOCTYPE a [<!ENTITY % p SYSTEM "http://h/"> %p;]><a>&x;</a>', 'xml-entity')
})

test('size, depth and attributes are bounded, and quickly', () => {
  const begun = process.threadCpuUsage()
  fails('<a>'.repeat(100_000), 'xml-too-deep', 1, 1 + 128 * 3)
  fails(`<a>${'x'.repeat(1024 * 1024)}</a>`, 'xml-too-large')
  const attributes = Array.from({ length: 20_000 }, (_, n) => ` a${n}=""`).join('')
  fails(`<a${attributes}/>`, 'xml-too-many-attributes')
  fails('<!DOCTYPE a [' + '<!ENTITY '.repeat(50_000), 'xml-not-well-formed')
  fails('<!DOCTYPE a [' + '%'.repeat(500_000), 'xml-not-well-formed')
  fails('<!DOCTYPE a [<!ENTITY x "1">]><a>' + '"&x'.repeat(200_000), 'xml-not-well-formed')
  assert.ok(process.threadCpuUsage(begun).user < 5e6, 'microseconds of this thread alone')
})

test('whatever comes, the answer is a tree or an XmlError', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '&',
    ';',
    '"',
    '!DOCTYPE a [',
    ']',
    '!ENTITY x "',
    'a',
    '/',
    '%',
    '\n',
    '<!--',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        parse(pieces.join(''))
      } catch (error) {
        assert.ok(error instanceof XmlError, String(error))
      }
    }),
  )
})
