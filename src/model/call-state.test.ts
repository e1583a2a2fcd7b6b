import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallState } from './call.ts'
import { type CallInput, callTransition } from './call-state.ts'

const dueAt = new Date(0)
const RETRY: CallInput = { kind: 'attempt-end', decision: { kind: 'retry', dueAt } }
const FINAL: CallInput = { kind: 'attempt-end', decision: { kind: 'final' } }
const LATE: CallInput = { kind: 'attempt-end', decision: { kind: 'expired' } }
const STOPPED: CallInput = { kind: 'attempt-end', decision: { kind: 'canceled' } }
const CANCEL: CallInput = { kind: 'cancel', hangUp: false }
const HANG_UP: CallInput = { kind: 'cancel', hangUp: true }

const ALLOWED: readonly (readonly [CallState, CallInput, CallState, readonly string[]])[] = [
  ['queued', { kind: 'claim' }, 'claimed', []],
  ['claimed', { kind: 'release' }, 'queued', []],
  ['claimed', { kind: 'dial' }, 'dialing', ['count-attempt']],
  ['dialing', { kind: 'withdraw' }, 'queued', ['forget-attempt']],
  ['queued', { kind: 'refuse', outcome: 'do-not-call' }, 'ended', ['conclude', 'store-result']],
  ['dialing', { kind: 'answer' }, 'answered', []],
  ['dialing', RETRY, 'queued', ['queue']],
  ['dialing', FINAL, 'ended', ['conclude', 'store-result']],
  ['dialing', LATE, 'ended', ['conclude', 'store-result']],
  ['answered', FINAL, 'ended', ['conclude', 'store-result']],
  ['answered', RETRY, 'queued', ['queue']],
  ['answered', LATE, 'ended', ['conclude', 'store-result']],
  ['queued', { kind: 'expire' }, 'ended', ['conclude', 'store-result']],
  ['dialing', STOPPED, 'ended', ['conclude', 'store-result']],
  ['answered', STOPPED, 'ended', ['conclude', 'store-result']],
  ['queued', CANCEL, 'ended', ['conclude', 'store-result']],
  ['claimed', CANCEL, 'ended', ['conclude', 'store-result']],
  ['dialing', CANCEL, 'dialing', ['ask-node']],
  ['queued', HANG_UP, 'ended', ['conclude', 'store-result']],
  ['claimed', HANG_UP, 'ended', ['conclude', 'store-result']],
  ['dialing', HANG_UP, 'dialing', ['ask-node']],
  ['answered', HANG_UP, 'answered', ['ask-node']],
]

for (const [from, input, to, actions] of ALLOWED) {
  test(`${from} + ${input.kind} → ${to}`, () => {
    const next = callTransition(from, input)
    assert.equal(next?.state, to)
    assert.deepEqual(
      next.actions.map(({ kind }) => kind),
      actions,
    )
  })
}

test('nothing else may happen, least of all to a call that has ended', () => {
  const states: CallState[] = ['queued', 'claimed', 'dialing', 'answered', 'ended']
  const inputs = [...new Set(ALLOWED.map(([, input]) => input))]
  for (const state of states) {
    for (const input of inputs) {
      const allowed = ALLOWED.some(([from, known]) => from === state && known === input)
      assert.equal(callTransition(state, input) !== undefined, allowed, `${state} + ${input.kind}`)
    }
  }
})
