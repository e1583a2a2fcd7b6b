import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TrialEvent } from '#api'
import { Transcript } from './transcript.ts'

function told(...events: TrialEvent[]) {
  return { events, events_left_out: 0, waiting: 'listen' as const, variables: [] }
}

const log = (text: string): TrialEvent => ({ event: 'log', label: '', text })

describe('the transcript of a trial', () => {
  it('has what was done and what came of it, in order', () => {
    const transcript = new Transcript()
    transcript.add(undefined, told(log('a')))
    transcript.add({ dtmf: '1' }, { ...told(log('b')), waiting: null })
    assert.deepEqual(transcript.read(), {
      turns: [
        { events: [log('a')], events_left_out: 0 },
        { move: { dtmf: '1' }, events: [log('b')], events_left_out: 0 },
      ],
      turns_left_out: 0,
      waiting: null,
      variables: [],
    })
  })

  for (const [what, turns, events, kept] of [
    ['turns', 203, [log('a')], 200],
    ['events', 6, Array<TrialEvent>(500).fill(log('a')), 4],
    ['characters', 6, [log('x'.repeat(400_000))], 2],
    ['characters of a single turn', 2, [log('x'.repeat(2_000_000))], 1],
  ] as const) {
    it(`keeps the newest where there are too many ${what}`, () => {
      const transcript = new Transcript()
      for (let turn = 0; turn < turns; turn++) {
        transcript.add({ dtmf: String(turn) }, told(...events))
      }
      const read = transcript.read()
      assert.equal(read.turns.length, kept)
      assert.equal(read.turns_left_out, turns - kept)
      assert.deepEqual(read.turns.at(-1)?.move, { dtmf: String(turns - 1) })
    })
  }
})
