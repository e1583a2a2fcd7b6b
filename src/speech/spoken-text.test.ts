import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  checkLength,
  isSpeakable,
  normalizeText,
  splitSentences,
  TEXT_LIMIT,
} from './spoken-text.ts'
import { UTTERANCE_LIMIT } from './synthesizer.ts'

test('control characters, foreign scripts and line ends become single spaces', () => {
  assert.equal(normalizeText('a\u0000b\u001b[31m\tc\r\n\u202ed 日本'), 'a b [31m c d')
})

test('accents are dropped and typographic signs become plain ones', () => {
  assert.equal(normalizeText('“Café” – it’s naïve…'), "Cafe, it's naive,")
})

test('an amount is read before its currency', () => {
  assert.equal(normalizeText('That is £3.50, or €1,200'), 'That is 3.50 pounds, or 1,200 euros')
})

test('a comma that was parted from its word returns to it', () => {
  assert.equal(normalizeText('Hello John , welcome .'), 'Hello John, welcome.')
})

test('a decimal fraction without a whole part keeps its own point', () => {
  assert.equal(normalizeText('it is .5 long'), 'it is .5 long')
})

test('markup stays text: it has no meaning to speech', () => {
  assert.equal(normalizeText('<break time="99h"/>'), '<break time="99h"/>')
})

test('a text over the limit is refused by name', () => {
  const half = 'a'.repeat(TEXT_LIMIT / 2)
  checkLength([half, half])
  assert.throws(() => checkLength([half, half, 'a']), { code: 'speech-text-too-long' })
})

test('any text becomes printable ASCII without double spaces', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) =>
      /^[\x21-\x7e]*(?: [\x21-\x7e]+)*$/.test(normalizeText(text)),
    ),
  )
})

test('dots and dashes alone have nothing to say', () => {
  assert.equal(isSpeakable('... -- ,'), false)
  assert.equal(isSpeakable('5'), true)
})

test('sentences are parted at their ends, not at abbreviations and not inside numbers', () => {
  const sentences = [
    'Please ask for Dr. Smith when you come.',
    'It is 3.5 miles from the station!',
    'Did they say "at eight or nine?"',
    'Yes',
  ]
  assert.deepEqual(splitSentences(sentences.join(' ')), sentences)
})

test('tiny sentences go together', () => {
  assert.deepEqual(splitSentences('Hello. We are the clinic of Boston. Goodbye.'), [
    'Hello. We are the clinic of Boston.',
    'Goodbye.',
  ])
  assert.ok(splitSentences('1. '.repeat(TEXT_LIMIT / 3)).length < TEXT_LIMIT / 24)
})

test('no piece is longer than an utterance may be, and nothing is lost', () => {
  const words = fc.array(fc.stringMatching(/^[A-Za-z0-9,.;!]{1,600}$/), { maxLength: 12 })
  fc.assert(
    fc.property(words, (list) => {
      const pieces = splitSentences(list.join(' '))
      assert.ok(pieces.every((piece) => piece.length <= UTTERANCE_LIMIT))
      assert.equal(pieces.join('').replaceAll(' ', ''), list.join(''))
    }),
  )
})
