import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Campaign, findCampaign, insertAccount, postponeCalls } from '#store'
import { callsOn } from '#test/calls-context'
import { addTestCampaign } from '#test/campaign-fixture'
import { afterNoon, NOON, useStore } from '#test/store-fixture'
import { changeCampaign } from './change-campaign.ts'
import { checkDispatch } from './check-dispatch.ts'
import type { CallsContext } from './context.ts'
import { editCampaign } from './edit-campaign.ts'
import { addProfile, editProfile, findProfileOf, profilesOf, removeProfile } from './profiles.ts'

const OFFICE = { calling_window: 'mon-fri 09:00-17:00', holidays: { US: ['07-04'] } }
const OFFICE_HOURS = Object.fromEntries(
  ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, ['09:00-17:00']]),
)

describe('schedules and pacing profiles', { timeout: 60_000 }, () => {
  const store = useStore()
  const context = (): CallsContext => callsOn(store.db, {}, () => NOON)
  const schedule = (name = 'office') =>
    ({ accountId: store.accountId, kind: 'schedule', name }) as const
  const pacing = (name = 'slow') =>
    ({ accountId: store.accountId, kind: 'pacing_profile', name }) as const
  const addSchedule = (fields: unknown = OFFICE) => addProfile(context(), { ...schedule(), fields })
  const addCampaign = async (name: string, fields?: object): Promise<Campaign> => {
    const { accountId } = store
    const made = await addTestCampaign(store.db, { accountId, name, calls: 1, dueAt: NOON })
    if (fields !== undefined) await editCampaign(context(), { ...made, fields })
    return look(made)
  }
  const look = async ({ campaignId }: { campaignId: number }): Promise<Campaign> =>
    (await findCampaign(store.db, { campaignId })) ?? assert.fail('there is the campaign')

  test('are made, listed by name, found, edited and removed', async () => {
    const made = await addSchedule()
    const settings = { callingWindow: OFFICE_HOURS, holidays: { US: ['07-04'] } }
    assert.deepEqual([made.name, made.version, made.settings], ['office', 1, settings])
    await addProfile(context(), {
      ...schedule('late'),
      fields: { calling_window: 'sat 20:00-21:00' },
    })
    const fields = { lines: 3, calls_per_second: 0.5, weight: 2 }
    await addProfile(context(), { ...pacing('office'), fields })
    const names = async (page: object) =>
      (await profilesOf(context(), { ...schedule(), limit: 9, ...page })).map(({ name }) => name)
    assert.deepEqual(await names({}), ['late', 'office'])
    assert.deepEqual(await names({ after: 'late' }), ['office'])
    assert.deepEqual(await names({ limit: 1 }), ['late'])
    assert.deepEqual((await findProfileOf(context(), pacing('office'))).settings, {
      ...{ lines: 3, callsPerSecond: 0.5, weight: 2 },
    })
    const edited = await editProfile(context(), { ...schedule(), fields: { holidays: null } })
    assert.deepEqual([edited.version, edited.settings], [2, { callingWindow: OFFICE_HOURS }])
    await removeProfile(context(), schedule())
    assert.deepEqual(await names({}), ['late'])
    await assert.rejects(findProfileOf(context(), schedule()), { code: 'profile-not-found' })
    await assert.rejects(removeProfile(context(), schedule()), { code: 'profile-not-found' })
  })

  test('are each account’s own', async () => {
    await addSchedule()
    const other = await insertAccount(store.db, { login: 'other', pinHash: 'none' })
    const foreign = { ...schedule(), accountId: other?.accountId ?? 0 }
    const missing = { code: 'profile-not-found' }
    await assert.rejects(findProfileOf(context(), foreign), missing)
    await assert.rejects(editProfile(context(), { ...foreign, fields: OFFICE }), missing)
    await assert.rejects(removeProfile(context(), foreign), missing)
    assert.deepEqual(await profilesOf(context(), { ...foreign, limit: 9 }), [])
    await addProfile(context(), { ...foreign, name: 'theirs', fields: OFFICE })
    const campaign = await addCampaign('c')
    const edit = { ...campaign, version: undefined, fields: { schedule: 'theirs' } }
    const refused = { code: 'campaign-edit-invalid', field: 'schedule' }
    await assert.rejects(editCampaign(context(), edit), refused)
  })

  test('are refused where they cannot be, with the field', async () => {
    await addSchedule()
    const refusals: readonly (readonly [string, unknown, string, string | undefined])[] = [
      ['office', OFFICE, 'profile-exists', 'name'],
      ['', OFFICE, 'profile-invalid', 'name'],
      ['..', OFFICE, 'profile-invalid', 'name'],
      ['a\nb', OFFICE, 'profile-invalid', 'name'],
      ['x'.repeat(129), OFFICE, 'profile-invalid', 'name'],
      ['new', {}, 'profile-invalid', undefined],
      ['new', { holidays: null }, 'profile-invalid', undefined],
      ['new', { lines: 3 }, 'profile-invalid', 'lines'],
      ['new', { calling_window: 'never' }, 'rule-invalid', 'calling_window'],
    ]
    for (const [name, fields, code, field] of refusals) {
      const refused = { code, ...(field && { field }) }
      await assert.rejects(addProfile(context(), { ...schedule(name), fields }), refused)
    }
    const edit = { ...schedule(), fields: { calling_window: null, holidays: null } }
    await assert.rejects(editProfile(context(), edit), /would say nothing/)
    const late = { ...schedule(), version: 2, fields: { holidays: null } }
    await assert.rejects(editProfile(context(), late), { code: 'profile-version-conflict' })
    assert.equal((await findProfileOf(context(), schedule())).version, 1)
  })

  test('give a campaign all that they say, and nothing that they do not say', async () => {
    await addSchedule({ holidays: { US: ['07-04'] } })
    await addProfile(context(), { ...pacing(), fields: { lines: 3 } })
    const own = {
      calling_window: 'mon 09:00-10:00',
      calls_per_second: 9,
      weight: 5,
      max_retries: 4,
    }
    const campaign = await addCampaign('c', own)
    await editCampaign(context(), { ...campaign, fields: { schedule: 'office' } })
    await editCampaign(context(), {
      ...{ campaignId: campaign.campaignId, fields: { pacing_profile: 'slow' } },
    })
    const tied = await look(campaign)
    assert.deepEqual([tied.schedule, tied.pacingProfile, tied.version], ['office', 'slow', 4])
    assert.deepEqual([tied.callingWindow, tied.holidays], [undefined, { US: ['07-04'] }])
    assert.deepEqual([tied.lines, tied.callsPerSecond, tied.weight], [3, undefined, 1])
    assert.equal(tied.maxRetries, 4)
  })

  test('change every campaign that names them and may still dial', async () => {
    await addSchedule()
    await addProfile(context(), { ...pacing(), fields: { lines: 3 } })
    const both = { schedule: 'office', pacing_profile: 'slow' }
    const one = await addCampaign('one', both)
    const paused = await addCampaign('paused', both)
    await changeCampaign(context(), paused, 'pause')
    const canceled = await addCampaign('canceled', both)
    await changeCampaign(context(), canceled, 'cancel')
    const other = await addCampaign('other', { calling_window: OFFICE.calling_window, lines: 3 })
    await editProfile(context(), { ...schedule(), fields: { calling_window: 'sat 10:00-14:00' } })
    await editProfile(context(), { ...pacing(), fields: { lines: null, weight: 2 } })
    for (const campaign of [one, paused]) {
      const { callingWindow, holidays, lines, weight, version } = await look(campaign)
      assert.deepEqual([callingWindow, holidays], [{ sat: ['10:00-14:00'] }, { US: ['07-04'] }])
      assert.deepEqual([lines, weight, version], [undefined, 2, campaign.version + 2])
    }
    for (const campaign of [canceled, other]) {
      const { callingWindow, lines, version } = await look(campaign)
      assert.deepEqual([callingWindow, lines, version], [OFFICE_HOURS, 3, campaign.version])
    }
  })

  test('and what campaigns have of them stay the same, however edits of both meet', async () => {
    await addProfile(context(), { ...pacing(), fields: { lines: 1 } })
    const campaigns = [
      await addCampaign('one'),
      await addCampaign('two'),
      await addCampaign('three'),
    ]
    for (let round = 1; round <= 5; round++) {
      await Promise.all([
        ...[2, 3].map((lines) =>
          editProfile(context(), { ...pacing(), fields: { lines: lines * round } }),
        ),
        ...campaigns.map(({ campaignId }) =>
          editCampaign(context(), { campaignId, fields: { pacing_profile: 'slow' } }),
        ),
      ])
      const { settings } = await findProfileOf(context(), pacing())
      for (const campaign of campaigns) assert.equal((await look(campaign)).lines, settings.lines)
      // The first one stays tied: of that one, an edit locks what an edit of the profile locks too.
      const own = campaigns
        .slice(1)
        .map(({ campaignId }) => ({ campaignId, fields: { lines: 99 } }))
      await Promise.all(own.map((edit) => editCampaign(context(), edit)))
    }
  })

  test('are the campaign’s no more once it gets a value of its own', async () => {
    await addSchedule()
    await addProfile(context(), { ...pacing(), fields: { lines: 3, weight: 2 } })
    const { campaignId } = await addCampaign('c', { schedule: 'office', pacing_profile: 'slow' })
    const edit = (fields: object) => editCampaign(context(), { campaignId, fields })
    const kept = await edit({ max_retries: 1 })
    assert.deepEqual([kept.schedule, kept.pacingProfile], ['office', 'slow'])
    const faster = await edit({ lines: 8 })
    assert.deepEqual([faster.schedule, faster.pacingProfile], ['office', undefined])
    assert.deepEqual([faster.lines, faster.weight], [8, 2])
    await editProfile(context(), { ...pacing(), fields: { lines: 1 } })
    assert.equal((await look({ campaignId })).lines, 8)
    const untied = await edit({ schedule: null })
    assert.deepEqual([untied.schedule, untied.callingWindow], [undefined, OFFICE_HOURS])
    await edit({ schedule: 'office' })
    const open = await edit({ holidays: null })
    assert.deepEqual([open.schedule, open.callingWindow], [undefined, OFFICE_HOURS])
    const twice = { schedule: 'office', calling_window: 'sat 10:00-14:00' }
    await assert.rejects(edit(twice), { code: 'campaign-edit-invalid', field: 'calling_window' })
  })

  test('are not removed while a campaign that may still dial names them', async () => {
    await addSchedule()
    const { campaignId } = await addCampaign('spring', { schedule: 'office' })
    const inUse = { code: 'profile-in-use', message: /“spring”/ }
    await assert.rejects(removeProfile(context(), schedule()), inUse)
    await changeCampaign(context(), { campaignId }, 'cancel')
    await removeProfile(context(), schedule())
    const left = await look({ campaignId })
    assert.deepEqual([left.schedule, left.callingWindow], [undefined, OFFICE_HOURS])
  })

  test('have calls asked again that the hours before had put off, and no others', async () => {
    await addSchedule()
    const tied = await addCampaign('tied', { schedule: 'office' })
    const other = await addCampaign('other')
    const sql = 'SELECT call_id AS "callId", due_at AS "dueAt" FROM calls WHERE campaign_id = $1'
    const callOf = async ({ campaignId }: Campaign) => {
      const [call] = await store.db.query<{ callId: number; dueAt: Date }>(sql, [campaignId])
      return call ?? assert.fail('there is a call')
    }
    const later = afterNoon(9000)
    const verdicts = [{ rule: 'calling-window', allows: false, notBefore: later, detail: 'closed' }]
    for (const campaign of [tied, other]) {
      const { callId } = await callOf(campaign)
      const putOff = { accountId: store.accountId, callId, notBefore: later, verdicts }
      await postponeCalls(store.db, [putOff], NOON)
    }
    await editProfile(context(), { ...schedule(), fields: { holidays: null } })
    assert.deepEqual((await callOf(tied)).dueAt, NOON)
    assert.deepEqual((await callOf(other)).dueAt, later)
  })

  test('close a campaign on their holidays, besides those of the account', async () => {
    const { accountId } = store
    const own = JSON.stringify({ US: ['12-25'] })
    await store.db.execute('UPDATE accounts SET holidays = $1::jsonb', [own])
    await addSchedule({ holidays: { US: ['07-04'], '*': ['01-01'] } })
    const { campaignId } = await addCampaign('c', { schedule: 'office' })
    const call = { accountId, campaignId, callId: 1, destination: '+16177123000' }
    const allowedOn = async (date: string) => {
      const noon = new Date(`${date}T17:00:00Z`)
      const decided = await checkDispatch(context(), store.db, [call], noon)
      return decided.get(1)?.decision.kind
    }
    const days = ['2030-07-04', '2030-12-25', '2030-01-01', '2030-07-05']
    const decisions = await Promise.all(days.map(allowedOn))
    assert.deepEqual(decisions, ['later', 'later', 'later', 'dial'])
  })
})
