// What docs/call-states.md draws is what the machines do: every arrow, and no other.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type AttemptInput, type AttemptState, attemptTransition } from './attempt-state.ts'
import type { CallState } from './call.ts'
import { type CallInput, callTransition } from './call-state.ts'
import { type CampaignInput, type CampaignState, campaignTransition } from './campaign-state.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/call-states.md'), 'utf8')

const CALL_STATES: readonly CallState[] = ['queued', 'claimed', 'dialing', 'answered', 'ended']

/** By the words that stand at the arrow. The plain cancel is drawn where both kinds do the same. */
const CALL_INPUTS: Readonly<Record<string, CallInput>> = {
  claim: { kind: 'claim' },
  refuse: { kind: 'refuse', outcome: 'do-not-call' },
  release: { kind: 'release' },
  withdraw: { kind: 'withdraw' },
  dial: { kind: 'dial' },
  answer: { kind: 'answer' },
  'attempt-end retry': {
    kind: 'attempt-end',
    decision: { kind: 'retry', dueAt: new Date(0) },
  },
  'attempt-end final': { kind: 'attempt-end', decision: { kind: 'final' } },
  'attempt-end expired': { kind: 'attempt-end', decision: { kind: 'expired' } },
  'attempt-end canceled': { kind: 'attempt-end', decision: { kind: 'canceled' } },
  expire: { kind: 'expire' },
  cancel: { kind: 'cancel', hangUp: false },
  'cancel and hang up': { kind: 'cancel', hangUp: true },
}

const ATTEMPT_STATES: readonly AttemptState[] = ['dialing', 'ringing', 'answered', 'ended']
const ATTEMPT_INPUTS: readonly AttemptInput[] = ['fail-over', 'ring', 'answer', 'end']

const CAMPAIGN_STATES: readonly CampaignState[] = [
  'queued',
  'running',
  'paused',
  'canceled',
  'completed',
]
const CAMPAIGN_INPUTS: readonly CampaignInput['kind'][] = [
  'begin',
  'pause',
  'resume',
  'drain',
  'cancel',
  'complete',
  'add-calls',
]

test('the machine of a call is drawn as it is', () => {
  const arrows = CALL_STATES.flatMap((from) =>
    Object.entries(CALL_INPUTS).flatMap(([words, input]) => {
      const to = callTransition(from, input)?.state
      const plain = callTransition(from, { kind: 'cancel', hangUp: false })?.state
      const isRepeat = words === 'cancel and hang up' && plain === to
      return to === undefined || isRepeat ? [] : [`${from} --> ${to}: ${words}`]
    }),
  )
  assert.deepEqual(drawn('A call'), sorted(arrows))
})

test('the machine of an attempt is drawn as it is', () => {
  const arrows = ATTEMPT_STATES.flatMap((from) =>
    ATTEMPT_INPUTS.flatMap((input) => {
      const to = attemptTransition(from, input)
      return to === undefined ? [] : [`${from} --> ${to}: ${input}`]
    }),
  )
  assert.deepEqual(drawn('An attempt'), sorted(arrows))
})

test('the machine of a campaign is drawn as it is', () => {
  const arrows = CAMPAIGN_STATES.flatMap((state) =>
    CAMPAIGN_INPUTS.flatMap((kind) =>
      [false, true].flatMap((begun) => {
        const to = campaignTransition({ state, draining: false, begun }, { kind })?.status.state
        return to === undefined ? [] : [`${state} --> ${to}: ${kind}`]
      }),
    ),
  )
  assert.deepEqual(drawn('A campaign'), sorted(arrows))
})

/** The arrows under a heading, but those from and to the outside. */
function drawn(heading: string): string[] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const drawing = /```mermaid\nstateDiagram-v2\n([^`]*)```/.exec(section)?.[1] ?? ''
  const lines = drawing.split('\n').map((line) => line.trim())
  return sorted(lines.filter((line) => line !== '' && !line.includes('[*]')))
}

function sorted(lines: readonly string[]): string[] {
  return [...new Set(lines)].sort()
}
