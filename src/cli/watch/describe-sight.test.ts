import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Campaign } from '#client'
import { describeTable } from './describe-sight.ts'

describe('the table of campaigns', () => {
  const campaigns = Array.from({ length: 10 }, (_, n): Campaign => {
    return {
      ...{ campaign_id: 10 - n, campaign_name: `c${10 - n}`, campaign_parameters: '' },
      ...{ is_default: false, state: 'running', draining: false, version: 1 },
      ...{ start_method: 'post', weight: 1, created_at: '2030-01-01T00:00:00Z' },
      progress: { accepted: 3, queued: 3, in_progress: 0, ended: {} },
    }
  })
  const idsOf = (lines: readonly string[]): number[] =>
    lines.flatMap((line) => /^ +(\d+) c\d/.exec(line)?.[1] ?? []).map(Number)

  for (const rows of [1, 5, 8, 24, 30]) {
    it(`shows each once on screens of ${rows} lines, and says how many more there are`, () => {
      const sight = { atMs: 0, campaigns, silence: 'It does not answer.' }
      const screen = { columns: 80, rows }
      const shown: number[] = []
      let screenful = 0
      for (; shown.length < campaigns.length; screenful++) {
        const lines = describeTable(sight, screen, screenful)
        assert.ok(rows < 6 || lines.length <= rows, `${lines.length}`)
        const ids = idsOf(lines)
        assert.ok(
          lines.includes(
            `${10 - ids.length} more are not over; the space bar shows the next ones.`,
          ),
        )
        shown.push(...ids)
      }
      const again = describeTable(sight, screen, screenful)
      assert.deepEqual(again, describeTable(sight, screen, 0), 'then it begins anew')
      assert.deepEqual(
        shown,
        campaigns.map(({ campaign_id: id }) => id),
      )
    })
  }

  it('has no more of it than fits, and says nothing of others where there are none', () => {
    const lines = describeTable({ atMs: 0, campaigns }, { columns: 80, rows: 31 }, 7)
    assert.equal(lines.length, 31)
    assert.equal(idsOf(lines).length, 10)
  })
})
