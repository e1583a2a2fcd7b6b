import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a benchmark brings back; `rows` share their columns. */
export interface BenchResult {
  readonly name: string
  readonly rows: readonly Readonly<Record<string, string | number>>[]
  /** What the figures were measured against, and under which goals. */
  readonly notes: readonly string[]
}

const FOLDER = import.meta.dirname
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3))
/** `queue` is also what begins with `queue-`. */
const isOf = (name: string, one: string): boolean => name === one || name.startsWith(`${one}-`)
const unknown = wanted.filter((one) => !names.some((name) => isOf(name, one)))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${names.join(', ')}.`)
  process.exit(64)
}

const results: BenchResult[] = []
for (const name of names) {
  if (wanted.length > 0 && !wanted.some((one) => isOf(name, one))) continue
  const { bench } = (await import(join(FOLDER, `${name}.ts`))) as {
    bench: () => Promise<BenchResult>
  }
  const result = await bench()
  results.push(result)
  console.log(`\n${result.name}`)
  console.table(result.rows)
  for (const note of result.notes) console.log(`  ${note}`)
}
console.log(`\n${JSON.stringify(results)}`)
const output = process.argv.find((argument) => argument.startsWith('--json='))
if (output !== undefined) writeFileSync(output.slice('--json='.length), JSON.stringify(results))
process.exit(0)
