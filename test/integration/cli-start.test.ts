// What a command loads before it does anything: a start is to be quick, and a command over the network needs no telephony.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { OUTDIAL_OF_SOURCES, runOutdial } from '#test/outdial-command'

const NOTE = join(import.meta.dirname, '../support/note-rooms.ts')
const SERVER = ['--server', 'http://127.0.0.1:1', '--key', 'odk_any']

const QUICK: readonly (readonly string[])[] = [
  ['--version'],
  ['--help'],
  ['help', 'trace'],
  ['trunk', 'add', '--help'],
  ['completion', 'bash'],
  ['login', '--help'],
  ['nonsense'],
  ['campaign', 'status', '1', ...SERVER],
  ['call', '16177123000', '--url', 'http://127.0.0.1/', ...SERVER],
  ['why', '1', ...SERVER],
  ['results', 'list', ...SERVER],
  ['watch', ...SERVER],
]

describe('a start of outdial', { timeout: 1_800_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-start-'))
  const file = join(folder, 'rooms')
  after(() => rmSync(folder, { recursive: true }))

  const roomsOf = async (words: readonly string[]): Promise<string> => {
    const env = { NODE_OPTIONS: `--import ${NOTE}`, OUTDIAL_TEST_ROOMS: file }
    await runOutdial(words, { cwd: folder, env, program: OUTDIAL_OF_SOURCES })
    return readFileSync(file, 'utf8')
  }

  for (const words of QUICK) {
    it(`loads no more than it needs: ${words.slice(0, 2).join(' ')}`, async () => {
      assert.equal(await roomsOf(words), 'base cli client')
    })
  }

  it('loads the rest where it is needed', async () => {
    assert.match(await roomsOf(['time', 'tomorrow']), /^api app audio base .*\bsip\b/)
  })
})
