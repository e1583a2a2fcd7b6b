import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { runSuite, type SuiteReport } from './run-suite.ts'

const IMPORT = "import { after, before, describe, it } from 'node:test'\n"

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outdial-run-suite-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})
afterEach(() => rmSync(folder, { recursive: true }))

function run(
  files: Record<string, string>,
  timeLimitSeconds = 30,
  sharesProcesses = false,
): Promise<SuiteReport> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return runSuite(
    {
      kind: 'files',
      name: 'x',
      title: 'x',
      patterns: ['*.test.ts'],
      concurrency: 2,
      timeLimitSeconds,
      sharesProcesses,
    },
    folder,
  )
}

describe('run suite', () => {
  it('counts tests, not the groups around them', async () => {
    const report = await run({
      'a.test.ts': `${IMPORT}describe('g', () => { it('a', () => {}); it('b', () => {}) })`,
      'b.test.ts': `${IMPORT}it('c', () => {})`,
    })
    assert.equal(report.passed, 3)
    assert.deepEqual(report.failures, [])
    assert.deepEqual(report.skips, [])
  })

  it('tells what failed, where, and what it wrote', async () => {
    const text = `describe('g', () => { it('bad', () => { console.error('hint'); throw new Error('boom') }) })`
    const { passed, failures } = await run({ 'a.test.ts': IMPORT + text })
    assert.equal(passed, 0)
    assert.equal(failures.length, 1)
    assert.equal(failures[0]?.name, 'bad')
    assert.equal(failures[0]?.place, 'a.test.ts:2')
    assert.match(failures[0]?.detail ?? '', /boom[\s\S]*hint/)
  })

  it('tells skipped tests and groups with their reason, and fails those without one', async () => {
    const report = await run({
      'a.test.ts': `${IMPORT}
        it('one', { skip: 'no peer' }, () => {})
        describe('two', { skip: 'no database' }, () => { it('x', () => {}) })
        it('three', { skip: true }, () => {})`,
    })
    assert.deepEqual(
      report.skips.map(({ name, reason }) => [name, reason]),
      [
        ['one', 'no peer'],
        ['two', 'no database'],
      ],
    )
    assert.deepEqual(
      report.failures.map(({ name }) => name),
      ['three'],
    )
  })

  it('fails for a file that cannot be read, is empty, or ends by itself', async () => {
    const report = await run({
      'broken.test.ts': 'this is no program (',
      'empty.test.ts': 'export {}',
      'exits.test.ts': `${IMPORT}it('fine', () => {}); it('ends', () => new Promise(() => setTimeout(() => process.exit(3), 50)))`,
    })
    assert.equal(report.passed, 1)
    assert.deepEqual(report.failures.map(({ name }) => name).sort(), [
      'broken.test.ts',
      'empty.test.ts',
      'exits.test.ts',
    ])
  })

  it('runs what failed once more, alone, and tells of it', async () => {
    const fails = `if (!existsSync('seen')) { writeFileSync('seen', ''); throw new Error('late') }`
    const files = {
      'a.test.ts': `${IMPORT}import { existsSync, writeFileSync } from 'node:fs'
        it('once', () => { ${fails} })
        it('always', () => {})`,
      'b.test.ts': `${IMPORT}it('fine', () => {})`,
      'c.test.ts': `${IMPORT}it('never', () => { throw new Error('bad') })`,
    }
    const { passed, failures, unsteady } = await run(files)
    assert.equal(passed, 3)
    assert.deepEqual(
      [failures, unsteady].map((list) => list.map(({ name }) => name)),
      [['never'], ['once']],
    )
    assert.match(unsteady[0]?.detail ?? '', /late/)
  })

  it('fails for hooks', async () => {
    const report = await run({
      'a.test.ts': `${IMPORT}describe('g', () => {
        after(() => { throw new Error('in after') })
        it('a', () => {})
      })`,
    })
    assert.equal(report.passed, 1)
    assert.equal(report.failures.length, 1)
  })

  it('ends a suite that hangs and names the file', async () => {
    const report = await run(
      {
        'hangs.test.ts': `${IMPORT}it('for ever', () => new Promise(() => setInterval(() => {}, 1000)))`,
      },
      2,
    )
    assert.equal(report.passed, 0)
    assert.equal(report.failures[0]?.name, 'time limit')
    assert.match(report.failures[0]?.place ?? '', /hangs\.test\.ts/)
  })

  it('lets files share a process, but those with hooks for themselves', async () => {
    const shared = `${IMPORT}globalThis.files = (globalThis.files ?? 0) + 1
      it('shares', () => { if (globalThis.files < 2) throw new Error('alone') })`
    const alone = `${IMPORT}let ready = false
before(() => { ready = true })
it('is alone', () => { if (!ready || globalThis.files !== undefined) throw new Error('not alone') })`
    const files = { 'a.test.ts': shared, 'b.test.ts': alone, 'c.test.ts': shared }
    // Two processes share what may be shared: with four such files each has two of them.
    const more = { 'd.test.ts': shared, 'e.test.ts': shared }
    const { passed, failures } = await run({ ...files, ...more }, 30, true)
    assert.deepEqual(failures, [])
    assert.equal(passed, 5)
  })

  it('tells of a file without a test among those that share a process', async () => {
    const one = `${IMPORT}it('a', () => {})`
    const files = { 'a.test.ts': one, 'b.test.ts': 'export {}', 'c.test.ts': one, 'd.test.ts': one }
    const { failures } = await run(files, 30, true)
    assert.deepEqual(
      failures.map(({ place }) => place),
      ['b.test.ts:1'],
    )
  })
})
