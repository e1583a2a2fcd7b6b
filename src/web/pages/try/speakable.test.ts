import assert from 'node:assert/strict'
import { it } from 'node:test'
import { speakable } from './speakable.ts'

it('cuts a text for the voice after sentences, else after words, else anywhere but in a character', () => {
  assert.deepEqual(speakable('  \n '), [])
  assert.deepEqual(speakable(' Hello. '), ['Hello.'])
  const sentence = `${'word '.repeat(59)}end.`
  assert.deepEqual(speakable(`${sentence} ${sentence} ${sentence}`), Array(3).fill(sentence))
  const words = 'word '.repeat(150).trim()
  assert.deepEqual(
    speakable(words).map((one) => one.length),
    [499, 249],
  )
  assert.equal(speakable(words).join(' '), words)
  const faces = '\u{1f600}'.repeat(400)
  assert.equal(speakable(`x${faces}`).join(''), `x${faces}`)
  assert.ok(speakable(`x${faces}`).every((one) => one.length <= 500 && one.isWellFormed()))
})
