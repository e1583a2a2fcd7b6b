import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { clientSchema } from './client-schema.ts'

it('the client’s types are those of the OpenAPI document', () => {
  const kept = readFileSync(join(import.meta.dirname, '../src/client/schema.ts'), 'utf8')
  // But for what the formatter makes of it.
  const words = (text: string): string => text.replace(/\W+/g, ' ')
  assert.ok(
    words(kept) === words(clientSchema()),
    'Run bin/outdial-node scripts/client-schema.ts, then npm run format',
  )
})
