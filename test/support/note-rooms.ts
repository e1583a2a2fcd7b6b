// Preloaded into a command by a test: at its end it says in a file which rooms it has loaded.
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const SOURCES = pathToFileURL(join(import.meta.dirname, '..', '..', 'src', '/')).href
const rooms = new Set<string>()

registerHooks({
  load(url, context, next) {
    if (url.startsWith(SOURCES)) rooms.add(url.slice(SOURCES.length).split('/', 1)[0] ?? '')
    return next(url, context)
  },
})

process.on('exit', () => {
  const { OUTDIAL_TEST_ROOMS: file } = process.env
  if (file !== undefined) writeFileSync(file, [...rooms].sort().join(' '))
})
