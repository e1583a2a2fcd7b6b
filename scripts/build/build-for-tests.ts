import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleProduct } from './bundle.ts'

const ROOT = join(import.meta.dirname, '..', '..')
let isBuilt = false

/**
 * Builds the product for tests that start it in processes of their own, hundreds of times: as it is published, without
 * what is no program; once a run. Sets OUTDIAL_TEST_BUILD to where it is; without that the tests run the sources.
 */
export async function buildForTests(): Promise<void> {
  if (isBuilt) return
  isBuilt = true
  const folder = join(ROOT, 'node_modules', '.cache', 'outdial')
  rmSync(folder, { recursive: true, force: true })
  await bundleProduct(join(folder, 'lib', 'bundle'), {
    'server-main': 'test/support/server-main.ts',
  })
  for (const name of ['bin', 'migrations', 'schemas', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  process.env['OUTDIAL_TEST_BUILD'] = folder
}
