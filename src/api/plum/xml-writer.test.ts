import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { escapeAttribute, escapeText } from './xml-writer.ts'

/** What a strict parser reads back: the attribute and the text of one element. */
function read(value: string): { attribute: string; text: string } {
  const parser = new SaxesParser()
  const found = { attribute: '', text: '' }
  parser.on('opentag', (tag) => {
    found.attribute = tag.attributes['a'] ?? ''
  })
  parser.on('text', (text) => {
    found.text += text
  })
  parser.on('error', (error) => {
    throw error
  })
  parser.write(`<x a="${escapeAttribute(value)}">${escapeText(value)}</x>`).close()
  return found
}

test('any text at all comes back, what XML cannot hold as U+FFFD', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', "'", ']', '\0', '\r', '\n', '\t', '\u0085'),
    }),
  )
  fc.assert(
    fc.property(anything, (value) => {
      const legal = [...value]
        .map((character) => (isLegal(character) ? character : '\uFFFD'))
        .join('')
      assert.deepEqual(read(value), { attribute: legal, text: legal })
    }),
    { numRuns: 500 },
  )
})

test('half of a surrogate pair does no harm', () => {
  assert.equal(escapeText('a\ud800b\udc00'), 'a\uFFFDb\uFFFD')
})

function isLegal(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return [0x9, 0xa, 0xd].includes(code)
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff
}
