import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dialledNumber, shownNumber } from './dialled-number.ts'
import type { Trunk } from './trunk.ts'

const TRUNK: Trunk = { name: 't', host: 'h', invalidCallerId: 'decline' }

describe('a number as a trunk wants it', () => {
  const dialled: readonly (readonly [Partial<Trunk>, string, string])[] = [
    [{}, '+16175551212', '+16175551212'],
    [{ numberFormat: 'digits' }, '+16175551212', '16175551212'],
    [{ numberFormat: 'national' }, '+16175551212', '6175551212'],
    [{ numberFormat: 'national' }, '+442079460958', '011442079460958'],
    [{ numberFormat: 'national', country: 'GB' }, '+442079460958', '02079460958'],
    [{ numberFormat: 'national', country: 'GB' }, '+16175551212', '0016175551212'],
    [{ prefix: '9' }, '+16175551212', '9+16175551212'],
    [{ stripPrefix: '+1', prefix: '9' }, '+16175551212', '96175551212'],
    [{ stripPrefix: '+1', prefix: '9' }, '+442079460958', '9+442079460958'],
    [{ numberFormat: 'digits', stripPrefix: '+' }, '+16175551212', '16175551212'],
  ]
  for (const [properties, number, expected] of dialled) {
    it(`${JSON.stringify(properties)}: ${number} is dialled ${expected}`, () =>
      assert.equal(dialledNumber(number, { ...TRUNK, ...properties }), expected))
  }

  const shown: readonly (readonly [Partial<Trunk>, string, string])[] = [
    [{}, '6175550100', '6175550100'],
    [{ callerIdFormat: 'e164' }, '6175550100', '+16175550100'],
    [{ callerIdFormat: 'digits' }, '6175550100', '16175550100'],
    [{ callerIdFormat: 'national' }, '+16175550100', '6175550100'],
    [{ callerIdFormat: 'e164', country: 'GB' }, '02079460958', '+442079460958'],
    [{ callerIdFormat: 'e164' }, '100', '100'],
  ]
  for (const [properties, number, expected] of shown) {
    it(`${JSON.stringify(properties)}: ${number} is shown as ${expected}`, () =>
      assert.equal(shownNumber(number, { ...TRUNK, ...properties }), expected))
  }
})
