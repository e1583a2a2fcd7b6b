import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type RunningServer, run } from '#app'
import { onStop, STOPS, silentLogger, type TraceEvent } from '#base'
import { Lab } from '#test/lab'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/follow-one-call.md'), 'utf8')

/** The headings of the page: number, name and file of each stop. */
const TOLD = [...PAGE.matchAll(/^## (\d+)\. \[([^\]]+)\]\(([^)]+)\)$/gm)].map(
  ([, number, name, file]) => ({ number: Number(number), name, file }),
)

describe('docs/follow-one-call.md', () => {
  let lab: Lab
  let server: RunningServer
  before(async () => {
    lab = await Lab.start()
    server = await run(lab.config(), silentLogger)
  })
  after(async () => {
    await server.stop()
    await lab.stop()
  })

  it('names the eleven stops, each after its file', () => {
    assert.deepEqual(
      TOLD.map(({ name }) => name),
      [...STOPS],
    )
    for (const [index, { number, name, file }] of TOLD.entries()) {
      assert.equal(number, index + 1)
      assert.equal(file, `../src/${name}.ts`)
      assert.ok(readFileSync(join(ROOT, `src/${name}.ts`), 'utf8').includes(`'${name}'`))
    }
  })

  it('tells the way that a real call goes', async () => {
    const seen: TraceEvent[] = []
    const unsubscribe = onStop((event) => seen.push(event))
    const { host, port } = server.httpAddress
    const callId = await lab.queue(`http://${host}:${port}`, '16177123011')
    const form = await lab.result(callId)
    unsubscribe()
    assert.equal(form.get('result'), 'completed')
    assert.deepEqual(wayOf(seen, callId), [...STOPS])
  })
})

/**
 * The stops of one call. The loops look side by side with all else: a look counts where it found something,
 * however early it set out, and not at all where it found nothing. On a busy machine a call may come too
 * late for its start and be given another one: the last one counts.
 */
function wayOf(seen: readonly TraceEvent[], callId: number): string[] {
  const way = seen.flatMap(({ stop, ...event }, index) => {
    assert.ok(event.callId === undefined || event.callId === callId)
    if (Object.values(LOOKS).includes(stop)) return []
    const look = LOOKS[stop]
    if (look === undefined) return [stop]
    assert.ok(seen.slice(0, index).some((earlier) => earlier.stop === look))
    return [look, stop]
  })
  const first = way.indexOf('schedule/call-loop')
  return [...way.slice(0, first), ...way.slice(way.lastIndexOf('schedule/call-loop'))]
}

/** What a loop's look finds, and the stop where it looks. */
const LOOKS: Readonly<Record<string, string>> = {
  'store/calls/claim-due-calls': 'schedule/call-loop',
  'results/post-result': 'results/result-loop',
}
