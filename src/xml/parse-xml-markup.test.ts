import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseXmlMarkup, XmlError } from './index.ts'

const uri = 'http://example.org/data.xml'

test('comments, instructions and CDATA sections keep their places', () => {
  const { children, doctype } = parseXmlMarkup(
    '<?xml version="1.0"?>\n<?access-control allow="*"?>\n<!DOCTYPE a [<!ENTITY e "x&#38;#38;y">]>\n' +
      '<a b="1">one<!-- two --><![CDATA[<three>]]>&e;<?four five?></a>\n<!--end-->',
    { uri },
  )
  assert.equal(doctype, 'a')
  assert.deepEqual(
    children.map(({ kind }) => kind),
    ['instruction', 'element', 'comment'],
  )
  const root = children.find((node) => node.kind === 'element')
  assert.deepEqual(root?.children, [
    { kind: 'text', text: 'one' },
    { kind: 'comment', text: ' two ' },
    { kind: 'cdata', text: '<three>' },
    { kind: 'text', text: 'x&y' },
    { kind: 'instruction', target: 'four', text: 'five' },
  ])
})

test('the limits of parseXml hold here too', () => {
  const cases: [string, string][] = [
    ['xml-too-large', `<a>${'x'.repeat(2_000_000)}</a>`],
    ['xml-too-deep', `${'<a>'.repeat(500)}${'</a>'.repeat(500)}`],
    [
      'xml-too-many-attributes',
      `<a ${Array.from({ length: 300 }, (_, i) => `b${i}=""`).join(' ')}/>`,
    ],
    ['xml-not-well-formed', '<a><b></a>'],
    ['xml-entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
  ]
  for (const [code, text] of cases) {
    assert.throws(
      () => parseXmlMarkup(text, { uri }),
      (error) => error instanceof XmlError && error.code === code,
      code,
    )
  }
})
