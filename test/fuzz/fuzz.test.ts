import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { FUZZ_TARGETS } from './targets.ts'

describe('npm run fuzz', () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['--target', 'sip-mesage'], /^There is no target sip-mesage\. There are: sip-message, .*\n$/],
    [['--target', ''], /^There is no target /],
    [['--seconds', 'few'], /^--seconds may be a number above 0\.\n$/],
  ]
  for (const [words, sentence] of cases) {
    it(`refuses ${words.join(' ')}`, () => {
      const run = [join(import.meta.dirname, 'fuzz.ts'), ...words]
      const { status, stdout, stderr } = spawnSync(process.execPath, run, { encoding: 'utf8' })
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, sentence)
    })
  }

  it('names them all', () => {
    const run = [join(import.meta.dirname, 'fuzz.ts'), '--target', 'x']
    const { stderr } = spawnSync(process.execPath, run, { encoding: 'utf8' })
    for (const name of Object.values(FUZZ_TARGETS).flat()) assert.ok(stderr.includes(name), name)
  })
})
