// A server's store goes to another machine: backed up while it runs, restored, resumed.
import assert from 'node:assert/strict'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { run } from '#app'
import { silentLogger } from '#base'
import { QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { type CommandEnd, runOutdial } from '#test/outdial-command'
import { openServerLab, type ServerLab } from '#test/server-lab'

const NUMBER = '16177126001'
const OTHER = '16177126002'

let the: ServerLab
before(async () => {
  the = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT },
    script: { [NUMBER]: QUICK_CALLEE, [OTHER]: QUICK_CALLEE },
  })
})
after(() => the.close())

const outdial = (words: string, env: Record<string, string>): Promise<CommandEnd> =>
  runOutdial(words.split(' '), { cwd: the.lab.folder, env })

describe('a backup', () => {
  it('makes another server of this one, which dials nothing unasked', async () => {
    const { lab } = the
    const here = { DATABASE_URL: the.databaseUrl, OUTDIAL_DATA: join(lab.folder, 'here') }
    const there = { OUTDIAL_DATA: join(lab.folder, 'there') }
    await lab.result(await lab.queue(the.url, OTHER))
    await outdial('hold', here)
    const waiting = await lab.queue(the.url, NUMBER)
    const written = await outdial('backup store.gz', here)
    assert.match(written.stdout, /^store\.gz has \d+ rows, as of one moment\.\n$/)

    const restored = await outdial('restore store.gz', there)
    assert.match(restored.stdout, /1 calls wait/, restored.stderr)
    const server = await run(lab.config({ dataFolder: there.OUTDIAL_DATA }), silentLogger)
    try {
      const why = await outdial(`why ${waiting}`, there)
      assert.match(why.stdout, /held/)
      assert.deepEqual(lab.dials(NUMBER), [])
      await outdial('resume', there)
      const form = await lab.result(waiting)
      assert.deepEqual([form.get('outcome'), form.get('attempts')], ['answered', '1'])
      assert.equal(lab.dials(OTHER).length, 1, 'what has ended is not dialled again')
    } finally {
      await server.stop()
    }
  })

  it('that is cut off is refused, and so is a file that cannot be written', async () => {
    const here = { DATABASE_URL: the.databaseUrl, OUTDIAL_DATA: join(the.lab.folder, 'here') }
    const there = { OUTDIAL_DATA: join(the.lab.folder, 'new') }
    await outdial('backup cut.gz', here)
    truncateSync(join(the.lab.folder, 'cut.gz'), 300)
    const cut = await outdial('restore cut.gz', there)
    assert.deepEqual([cut.status, /\[backup-unreadable\]/.test(cut.stderr)], [1, true], cut.stderr)
    writeFileSync(join(the.lab.folder, 'text.gz'), 'no backup')
    assert.match((await outdial('restore text.gz', there)).stderr, /\[backup-unreadable\]/)
    assert.match((await outdial('restore none.gz', there)).stderr, /\[backup-unreadable\]/)
    const unwritable = await outdial('backup nowhere/store.gz', here)
    assert.match(unwritable.stderr, /\[backup-unwritable\]/)
    const full = await outdial('restore store.gz', here)
    assert.match(full.stderr, /\[restore-not-empty\]/)
  })
})
