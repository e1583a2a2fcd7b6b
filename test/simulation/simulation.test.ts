import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import type { Violation } from './check-log.ts'
import { MUTANTS } from './mutants.ts'

/** So many as a test may take time for; `npm run simulate` runs as many as one likes. */
const SEEDS = 1000
const COMMAND = join(import.meta.dirname, 'simulate.ts')
const PROCESSES = Math.min(availableParallelism(), 4)

describe('the product in a simulated world', { timeout: 1_200_000 }, () => {
  it(`keeps every promise on ${SEEDS} seeds`, async () => {
    const shares = Array.from({ length: PROCESSES }, (_, process) =>
      simulate<SeedLine>(
        ...['--from', String(1 + process), '--step', String(PROCESSES)],
        ...['--seeds', String(Math.ceil((SEEDS - process) / PROCESSES))],
      ),
    )
    const lines = (await Promise.all(shares)).flat()
    assert.equal(lines.length, SEEDS)
    assert.deepEqual(
      lines.filter(({ broken }) => broken.length > 0),
      [],
    )
    assert.ok(lines.reduce((sum, { events }) => sum + events, 0) > 20 * SEEDS, 'something happened')
  })

  it('is the same run on the same seed', async () => {
    const run = (): Promise<SeedLine[]> => simulate<SeedLine>('--from', '1', '--seeds', '10')
    const [one, other] = await Promise.all([run(), run()])
    assert.equal(one.length, 10)
    assert.deepEqual(one, other)
    assert.equal(new Set(one.map(({ digest }) => digest)).size, 10)
  })

  it('gives every planted bug away', async () => {
    const parts = Array.from({ length: PROCESSES }, (_, process) =>
      simulate<MutantLine>('--mutants', '--part', `${process + 1}/${PROCESSES}`),
    )
    const lines = (await Promise.all(parts)).flat()
    assert.equal(lines.length, MUTANTS.length)
    const missed = lines.filter(({ violation }) => violation === undefined)
    assert.deepEqual(missed, [])
  })
})

interface SeedLine {
  readonly seed: number
  readonly digest: string
  readonly events: number
  readonly broken: readonly Violation[]
}

interface MutantLine {
  readonly mutant: string
  readonly violation?: Violation
}

/** The lines that `npm run simulate -- --json` prints. */
async function simulate<Line>(...words: string[]): Promise<Line[]> {
  const child = spawn(process.execPath, ['--no-warnings', COMMAND, '--json', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const lines: Line[] = []
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line))
  const [status] = await closed
  assert.ok(status === 0 || status === 1, `the simulation ended with status ${status}`)
  return lines
}
