import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import { OutdialError } from '#base'
import { isUnreachable, storeError } from './store-error.ts'

function sqlError(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('words of PostgreSQL', 0, 'error'), { code })
}

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code })
}

describe('storeError', () => {
  it('says that an outage is one, and that it may pass', () => {
    const outages = [
      systemError('ECONNREFUSED'),
      systemError('ENOENT'),
      new Error('Connection terminated unexpectedly'),
      new Error('Query read timeout'),
      ...['08006', '53100', '53300', '57P01', '57P03', '58030', '25006', '40P01'].map(sqlError),
    ]
    for (const outage of outages) {
      const error = storeError(outage)
      assert(error instanceof OutdialError, outage.message)
      assert.equal(error.code, 'store-unavailable')
      assert.equal(error.temporary, true)
      assert.equal(error.cause, outage)
    }
  })

  it('names every address that was tried', () => {
    const both = new AggregateError([new Error('connect ::1'), new Error('connect 127.0.0.1')])
    const error = storeError(Object.assign(both, { code: 'ECONNREFUSED' }))
    assert.match(String(error), /connect ::1; connect 127\.0\.0\.1/)
  })

  it('says that wrong credentials will not pass by themselves', () => {
    for (const code of ['28P01', '3D000']) {
      const error = storeError(sqlError(code))
      assert(error instanceof OutdialError)
      assert.equal(error.code, 'store-refused')
      assert.equal(error.temporary, false)
    }
  })

  it('leaves mistakes as they are', () => {
    for (const mistake of [sqlError('23505'), sqlError('42601'), new TypeError('no'), 'text']) {
      assert.equal(storeError(mistake), mistake)
    }
    const own = new OutdialError('claim-lost', 'connection terminated')
    assert.equal(storeError(own), own)
  })
})

describe('isUnreachable', () => {
  it('is so where the connection is gone, not where SQL failed on a good one', () => {
    assert.equal(isUnreachable(systemError('EPIPE')), true)
    assert.equal(isUnreachable(sqlError('57P01')), true)
    assert.equal(isUnreachable(sqlError('53100')), false)
    assert.equal(isUnreachable(sqlError('23505')), false)
  })
})
