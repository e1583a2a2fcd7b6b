import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { forbidNumbers } from './do-not-call.ts'
import { editAccount } from './edit-account.ts'
import { findAccount } from './find-account.ts'
import { findNumberObjection } from './number-objection.ts'
import { previewCampaign } from './preview-campaign.ts'
import { queueCall } from './queue-call.ts'
import { queueCalls } from './queue-calls.ts'
import type { PhoneList } from './write-list.ts'

let calls: TestCalls
let accountId = 0

before(async () => {
  const testing = await openTestCalls()
  const checkUrls = { startUrl: async () => {}, resultUrl: async () => {} }
  calls = { ...testing, context: { ...testing.context, checkUrls } }
  accountId = (await findAccount(calls.context, TEST_LOGIN.login)).accountId
})
after(() => calls.close())

const allow = (destinations: string | null): Promise<unknown> =>
  editAccount(calls.context, { accountId, fields: { destinations } })

const TERMS = {
  asker: TEST_LOGIN,
  scheduled: {},
  expiration: {},
}
const CALL = {
  ...{ startUrl: 'https://example.org/start', messageReference: '', callParameters: '' },
  ...{ maxRetries: 0, retryIntervalSeconds: 300 },
}

test('a single call to a destination that is not allowed is refused with field, fault and cure', async () => {
  const queue = (phoneNumber: string): Promise<unknown> =>
    queueCall(calls.context, { ...TERMS, ...CALL, phoneNumber })
  await allow('US !+1900')
  await queue('6177123000')
  for (const [number, fault] of [
    ['+442079460000', 'numbers that are under none of its destinations'],
    ['9002123456', 'numbers of \\+1900'],
  ] as const) {
    await assert.rejects(queue(number), {
      code: 'destination-not-allowed',
      field: 'phone_number',
      temporary: false,
      message: new RegExp(
        `^phone_number is not to be called: the account may not call ${fault}; send another number, or `,
      ),
    })
  }
  await allow(null)
  await queue('+442079460000')
})

test('rows of a list are refused one by one, and in its preview', async () => {
  await allow('US')
  const rows = ['6177123001', '+442079460000', '+14165550123', '6177123002']
  async function* list(): PhoneList {
    yield rows.map((destination, index) => ({ line: index + 2, destination }))
  }
  const options = { duplicates: 'keep', onError: 'skip' } as const
  const told = {
    accepted: 2,
    refused: 2,
    refusedRows: [3, 4].map((line) => ({
      ...{ line, value: rows[line - 2], code: 'destination-not-allowed' },
      reason:
        'destination is not to be called: the account may not call numbers that are under none of its ' +
        'destinations; send another number, or have the account’s destinations changed.',
    })),
  }
  const target = { name: 'c', campaignParameters: '', startMethod: 'post', ...CALL } as const
  const queued = await queueCalls(calls.context, { ...TERMS, ...options, target }, list())
  assert.partialDeepStrictEqual(queued, told)
  const account = await findAccount(calls.context, TEST_LOGIN.login)
  const trial = { ...TERMS, ...options, account, fields: {}, seed: '1' }
  assert.partialDeepStrictEqual(await previewCampaign(calls.context, trial, list()), told)
})

test('what a transfer leads to is asked the same, and must be a number where destinations are limited', async () => {
  const ask = (number: string): Promise<string | undefined> =>
    findNumberObjection(calls.context, { accountId, number, country: 'US' })
  await allow(null)
  await forbidNumbers(calls.context, {
    account: await findAccount(calls.context, TEST_LOGIN.login),
    numbers: ['6177123009'],
  })
  assert.equal(await ask('reception'), undefined)
  assert.equal(await ask('+442079460000'), undefined)
  for (const form of ['+16177123009', '16177123009', '6177123009']) {
    assert.match((await ask(form)) ?? '', /do-not-call/)
  }
  await allow('US !+1900')
  assert.equal(await ask('16177123000'), undefined)
  assert.match((await ask('+442079460000')) ?? '', /under none of its destinations/)
  assert.match((await ask('19002123456')) ?? '', /numbers of \+1900/)
  for (const form of ['reception', '011442079460000', '100']) {
    assert.match((await ask(form)) ?? '', /where it leads is not known/)
  }
})
