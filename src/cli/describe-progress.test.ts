import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CallDescription, callView } from '#app'
import { asTold } from './as-told.ts'
import { describeProgress } from './describe-progress.ts'

const DUE = new Date(2026, 0, 2, 15, 4, 5)
const CALL: CallDescription = {
  accountId: 1,
  callId: 1,
  campaignId: 1,
  campaignName: 'default',
  phoneNumber: '16175550100',
  destination: '+16175550100',
  messageReference: '',
  state: 'queued',
  dueAt: DUE,
  maxRetries: 1,
  createdAt: DUE,
  durationSeconds: 0,
  attempts: [],
}
const ATTEMPT = {
  attempt: 1,
  state: 'dialing',
  trunk: 'default',
  failovers: [],
  dialedAt: DUE,
  durationSeconds: 0,
} as const
const RUNG = { ...ATTEMPT, ringingAt: DUE }
const BUSY = { ...ATTEMPT, state: 'ended', outcome: 'busy', cause: '486 Busy Here' } as const

describe('describeProgress', () => {
  const cases: readonly (readonly [Partial<CallDescription>, string])[] = [
    [{}, 'waiting for a line'],
    [{ state: 'claimed' }, 'has a line'],
    [{ state: 'dialing', attempts: [ATTEMPT] }, 'attempt 1: dialing'],
    [{ state: 'dialing', attempts: [RUNG] }, 'attempt 1: ringing'],
    [{ state: 'dialing', attempts: [BUSY, ATTEMPT] }, 'attempt 2: dialing'],
    [{ state: 'answered', attempts: [RUNG] }, 'attempt 1: answered, in conversation'],
    [{ attempts: [BUSY] }, 'attempt 1: busy (486 Busy Here); next try at 15:04:05'],
    [
      { state: 'ended', outcome: 'busy', cause: '486 Busy Here', attempts: [BUSY] },
      'ended: busy (486 Busy Here), 0 s connected',
    ],
    [
      { state: 'ended', outcome: 'answered', cause: 'exit', durationSeconds: 7, exitValue: '"1"' },
      'ended: answered (exit), 7 s connected, exit "1"',
    ],
  ]
  for (const [change, line] of cases) {
    it(line, () => assert.equal(describeProgress(asTold(callView({ ...CALL, ...change }))), line))
  }
})
