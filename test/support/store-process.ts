// A process that uses the embedded database of a folder until its standard input ends.
// It says `ready <pid of the postmaster>` and, once it has left the database, `stopped`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLogger, systemClock } from '#base'
import { openDatabase } from '#store'

const dataFolder = process.argv[2] ?? ''
const db = openDatabase({ dataFolder, log: silentLogger, clock: systemClock })
await db.start()
const pid = Number.parseInt(
  readFileSync(join(dataFolder, 'postgresql', 'data', 'postmaster.pid'), 'utf8'),
  10,
)
process.stdout.write(`ready ${pid}\n`)
process.stdin.resume().on('end', async () => {
  await db.stop()
  process.stdout.write('stopped\n')
})
