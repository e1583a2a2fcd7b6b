import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attestCaller } from './attest-caller.ts'
import type { Trunk } from './trunk.ts'

const TRUNK: Trunk = {
  ...{ name: 't', host: 'h', invalidCallerId: 'decline' },
  ...{ attestation: 'A', callerId: '6175550100' },
}

describe('what is vouched for of a caller', () => {
  const attested: readonly (readonly [Partial<Trunk>, string, string])[] = [
    [{}, '6175550100', 'A 16175550100'],
    [{ callerId: '+16175550100' }, '6175550100', 'A 16175550100'],
    [{}, '6175550101', 'B 16175550101'],
    [{ ownNumbers: ['+44', '+161755501'] }, '6175550101', 'A 16175550101'],
    [{ ownNumbers: ['+161755502'] }, '6175550101', 'B 16175550101'],
    [{ attestation: 'B', ownNumbers: [] }, '6175550100', 'B 16175550100'],
    [{ attestation: 'C' }, '6175550100', 'C 16175550100'],
    // Signed is the number itself, not the form that the trunk wants (RFC 8224 §8.3).
    [
      { callerIdFormat: 'national', numberFormat: 'digits', prefix: '9' },
      '6175550100',
      'A 16175550100',
    ],
    [{ country: 'GB', callerId: '02079460958' }, '02079460958', 'A 442079460958'],
    [{ withholdsCallerId: true }, '6175550100', 'A 16175550100'],
  ]
  for (const [properties, callerId, expected] of attested) {
    it(`${JSON.stringify(properties)}: ${callerId} is ${expected}`, () => {
      const { level, caller, callee } =
        attestCaller({ ...TRUNK, ...properties }, '+16175551212', callerId) ?? {}
      assert.equal(`${level} ${caller}`, expected)
      assert.equal(callee, '16175551212')
    })
  }

  const nothing: readonly (readonly [string, Partial<Trunk>, string, string | undefined])[] = [
    ['a call without a caller ID', {}, '+16175551212', undefined],
    ['an extension of the house', {}, '+16175551212', '100'],
    ['a destination that is no number', {}, 'reception', '6175550100'],
    [
      'a caller whom the trunk is not told of',
      { withholdsCallerId: true, assertsIdentity: false },
      ...(['+16175551212', '6175550100'] as const),
    ],
  ]
  for (const [what, properties, destination, callerId] of nothing) {
    it(`is nothing of ${what}`, () =>
      assert.equal(attestCaller({ ...TRUNK, ...properties }, destination, callerId), undefined))
  }

  it('is nothing where the trunk does not sign', () => {
    const { attestation: _, ...plain } = TRUNK
    assert.equal(attestCaller(plain, '+16175551212', '6175550100'), undefined)
  })
})
