import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CampaignStatus, campaignTransition } from './campaign-state.ts'

const RUNNING: CampaignStatus = { state: 'running', draining: false, begun: true }

test('a pause takes lines back, a cancel ends what waits, a drain ends what was never dialled', () => {
  assert.deepEqual(campaignTransition(RUNNING, { kind: 'pause' })?.actions, ['take-back-lines'])
  assert.deepEqual(campaignTransition(RUNNING, { kind: 'cancel' })?.actions, ['cancel-pending'])
  assert.deepEqual(campaignTransition(RUNNING, { kind: 'drain' })?.actions, ['cancel-undialed'])
})

test('a campaign comes back from a pause as it was: begun, or not yet', () => {
  for (const begun of [true, false]) {
    const paused: CampaignStatus = { state: 'paused', draining: false, begun }
    const resumed = campaignTransition(paused, { kind: 'resume' })
    assert.equal(resumed?.status.state, begun ? 'running' : 'queued')
  }
})

test('a draining campaign takes no more calls, and drains once', () => {
  const draining = campaignTransition(RUNNING, { kind: 'drain' })?.status ?? RUNNING
  assert.equal(draining.draining, true)
  assert.equal(campaignTransition(draining, { kind: 'add-calls' }), undefined)
  assert.equal(campaignTransition(draining, { kind: 'drain' }), undefined)
  assert.equal(campaignTransition(draining, { kind: 'pause' })?.status.draining, true)
})

test('a canceled campaign stays canceled', () => {
  const canceled: CampaignStatus = { state: 'canceled', draining: false, begun: true }
  for (const kind of ['begin', 'pause', 'resume', 'drain', 'complete', 'add-calls'] as const) {
    assert.equal(campaignTransition(canceled, { kind }), undefined, kind)
  }
})
