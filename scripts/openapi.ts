// Writes docs/reference/openapi.json anew; a test compares it with what the server tells.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openapiDocument } from '#api'

const PATH = join(import.meta.dirname, '..', 'docs', 'reference', 'openapi.json')

writeFileSync(PATH, `${JSON.stringify(openapiDocument(), null, 2)}\n`)
