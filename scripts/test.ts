// The test command: `npm test` runs every suite, `npm test -- unit integration` those that are named. The
// last line is always `N passed, N failed, N skipped`.
import { dirname } from 'node:path'
import { buildForTests } from './build/build-for-tests.ts'
import { installPeers } from './install-peers.ts'
import { runSuite, type SuiteReport, suiteFiles } from './test/run-suite.ts'
import { SUITES, type Suite } from './test/suites.ts'

const root = dirname(import.meta.dirname)
process.exitCode = await main(process.argv.slice(2))

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name))
  if (unknown.length > 0) {
    const known = SUITES.map(({ name }) => name).join(', ')
    console.error(`No suite is called ${unknown.join(', ')}. There are: ${known}.`)
    return 2
  }
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const suite of SUITES) {
    if (names.length > 0 && !names.includes(suite.name)) continue
    const report = await runAndTell(suite)
    total.passed += report.passed
    total.failed += report.failures.length
    total.skipped += report.skips.length
  }
  console.log(`\n${summary(total.passed, total.failed, total.skipped)}`)
  return total.failed === 0 ? 0 : 1
}

async function runAndTell(suite: Suite): Promise<SuiteReport> {
  const fileCount = suite.kind === 'files' ? suiteFiles(suite, root).length : 0
  const size = suite.kind === 'files' ? ` (${fileCount} files)` : ''
  console.log(`\n── ${suite.title}${size}`)
  if (suite.kind === 'files' && fileCount === 0) {
    console.log('   no tests yet')
    return { passed: 0, failures: [], skips: [], unsteady: [] }
  }
  if (suite.kind === 'files' && suite.needsPeers === true) {
    for (const line of installPeers((text) => console.log(`   ${text}`))) console.log(`   ${line}`)
  }
  if (suite.kind === 'files' && suite.needsBuild === true) await buildForTests()
  const startedAt = performance.now()
  const report = await runSuite(suite, root)
  tell(report, (performance.now() - startedAt) / 1000)
  return report
}

function tell({ passed, failures, skips, unsteady }: SuiteReport, seconds: number): void {
  for (const { place, name, detail } of unsteady) {
    console.log(`   UNSTEADY: ${name} (${place}) failed, and passed when its file ran alone`)
    console.log(indented(detail))
  }
  for (const { place, name, reason } of skips) {
    console.log(`   skipped: ${name} (${place}): ${reason}`)
  }
  for (const { place, name, detail } of failures) {
    console.log(`   FAILED: ${name} (${place})`)
    console.log(indented(detail))
  }
  const counts = summary(passed, failures.length, skips.length)
  console.log(`   ${counts} in ${seconds.toFixed(1)} s`)
}

function indented(text: string): string {
  return text.trimEnd().replace(/^/gm, '      ')
}

function summary(passed: number, failed: number, skipped: number): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
