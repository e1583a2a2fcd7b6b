// Posts what is in the outbox of a database, in a process of its own that may be killed: `poster-main.ts URL
// SETTINGS`. Prints a line when it has begun.
import { createGuardedFetch, silentLogger, systemClock, systemRandom } from '#base'
import { ResultLoop } from '#results'
import { openDatabase } from '#store'

const [url = '', settings = '{}'] = process.argv.slice(2)
const log = silentLogger
const db = openDatabase({ url, dataFolder: '', connections: 6, log, clock: systemClock })
await db.start()
const fetch = createGuardedFetch({
  allowPrivate: ['127.0.0.0/8'],
  userAgent: 'Outdial/test',
  clock: systemClock,
})
const common = { db, fetch, log, clock: systemClock, random: systemRandom }
const loop = new ResultLoop({ ...common, settings: JSON.parse(settings) })
await loop.start()
console.log('begun')
process.once('SIGTERM', () => {
  void loop.stop().then(() => db.stop())
})
