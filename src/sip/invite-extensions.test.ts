import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startCall } from '#test/sip-raw-call'
import { fieldOf } from '#test/sip-raw-peer'

describe('the extensions of an INVITE', () => {
  it('are a session timer and reliable progress, where nothing else is said', async (test) => {
    const { invite } = await startCall(test)
    assert.equal(fieldOf(invite, 'Session-Expires'), '1800')
    assert.equal(fieldOf(invite, 'Supported'), 'timer, 100rel')
    assert.equal(fieldOf(invite, 'Require'), '')
  })

  it('are left out for a trunk that does not bear them', async (test) => {
    const options = { sessionSeconds: 0, reliableProgress: 'off' as const }
    const { invite } = await startCall(test, { options })
    assert.doesNotMatch(invite, /\r\n(Session-Expires|Supported|Require|Min-SE):/)
  })

  it('are required of a trunk that must have them', async (test) => {
    const options = { sessionSeconds: 600, reliableProgress: 'required' as const }
    const { invite } = await startCall(test, { options })
    assert.equal(fieldOf(invite, 'Session-Expires'), '600')
    assert.equal(fieldOf(invite, 'Require'), '100rel')
  })
})
