import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { useStore } from '#test/store-fixture'
import {
  countAccounts,
  DEFAULT_CAMPAIGN,
  ensureDefaultCampaign,
  findAccountByLogin,
  findCampaign,
  insertAccount,
} from '../index.ts'

describe('accounts and campaigns', { timeout: 60_000 }, () => {
  const fixture = useStore()

  it('finds an account with its defaults and its PIN’s hash by its login', async () => {
    const found = await findAccountByLogin(fixture.db, 'plum')
    assert.deepEqual(found, {
      account: {
        accountId: fixture.accountId,
        login: 'plum',
        timeZone: 'UTC',
        country: 'US',
        detectsCalleeType: true,
        held: false,
      },
      pinHash: 'scrypt',
    })
    assert.equal(await findAccountByLogin(fixture.db, 'PLUM'), undefined)
    assert.equal(await countAccounts(fixture.db), 1)
  })

  it('does not make a second account of one login', async () => {
    assert.equal(await insertAccount(fixture.db, { login: 'plum', pinHash: 'other' }), undefined)
    assert.equal((await findAccountByLogin(fixture.db, 'plum'))?.pinHash, 'scrypt')
  })

  it('makes one default campaign, however many ask for it at once', async () => {
    const other = await insertAccount(fixture.db, { login: 'other', pinHash: 'x' })
    assert(other)
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => ensureDefaultCampaign(fixture.db, other.accountId)),
    )
    assert.equal(new Set(ids).size, 1)
    const key = { accountId: other.accountId, campaignId: ids[0] ?? 0 }
    assert.equal((await findCampaign(fixture.db, key))?.name, DEFAULT_CAMPAIGN)
    assert.equal(
      await findCampaign(fixture.db, { ...key, accountId: fixture.accountId }),
      undefined,
    )
  })
})
