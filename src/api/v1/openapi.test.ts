import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { openapiDocument } from '../index.ts'

const ROOT = dirname(dirname(dirname(import.meta.dirname)))
const PATH = join(ROOT, 'docs', 'reference', 'openapi.json')
const LINTER = join(ROOT, 'node_modules', '@redocly', 'cli', 'bin', 'cli.js')

describe('the OpenAPI document', { timeout: 120_000 }, () => {
  it('is the one in docs/reference; scripts/openapi.ts writes it anew', () => {
    const told = JSON.parse(JSON.stringify(openapiDocument()))
    assert.deepEqual(JSON.parse(readFileSync(PATH, 'utf8')), told)
  })

  it('has nothing that a linter of others objects to', async () => {
    // It would tell its makers of its use, and ask them for news.
    const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' }
    const lint = promisify(execFile)(
      process.execPath,
      [LINTER, 'lint', PATH, '--extends=recommended', '--max-problems=20', '--format=json'],
      { env: { ...process.env, ...quiet } },
    )
    const { stdout } = await lint.catch((error: { stdout: string }) => error)
    const { totals, problems } = JSON.parse(stdout)
    assert.deepEqual([totals.errors, totals.warnings], [0, 0], JSON.stringify(problems, null, 1))
  })
})
