import assert from 'node:assert/strict'
import { it } from 'node:test'
import { TRUNK_PARAMETERS } from '#app'
import { TRUNK_OPTIONS } from './trunk-options.ts'

it('the options of outdial trunk add are what a trunk reads', () => {
  assert.deepEqual(
    TRUNK_OPTIONS,
    TRUNK_PARAMETERS.map(({ name, may }) => [name, may]),
  )
})
