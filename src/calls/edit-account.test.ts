import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { ACCOUNT_FIELDS, accountSettings, editAccount } from './edit-account.ts'
import { findAccount } from './find-account.ts'

let calls: TestCalls
let accountId = 0

before(async () => {
  calls = await openTestCalls()
  accountId = (await findAccount(calls.context, TEST_LOGIN.login)).accountId
})
after(() => calls.close())

const AS_MADE = {
  timeZone: 'UTC',
  country: 'US',
  detectsCalleeType: true,
  gapSeconds: 0,
  serializesNumbers: true,
}
const ALL = {
  time_zone: 'Europe/Berlin',
  country: 'DE',
  detect_callee_type: false,
  lines: 20,
  calls_per_second: 2.5,
  calling_window: 'mon-fri 09:00-17:00',
  holidays: { DE: ['10-03'] },
  destinations: 'US, +44 !+4490',
  attempts_per_day: 5000,
  minutes_per_day: 9000,
  number_gap: 3600,
  number_cap: 3,
  serialize_numbers: false,
  retry_policy: { outcomes: { busy: { interval: 600 } } },
  events_url: 'https://example.org/events',
}

test('every field changes what it names, the others stay, and null takes it away', async () => {
  assert.deepEqual(await accountSettings(calls.context, accountId), AS_MADE)
  assert.deepEqual(Object.keys(ALL).sort(), [...ACCOUNT_FIELDS].sort())
  const checked: unknown[] = []
  const resultUrl = async (...url: unknown[]) => void checked.push(url)
  const context = { ...calls.context, checkUrls: { ...calls.context.checkUrls, resultUrl } }
  const edited = await editAccount(context, { accountId, fields: ALL })
  assert.deepEqual(checked, [[ALL.events_url, 'events_url']])
  const hours = ['09:00-17:00']
  assert.deepEqual(edited, {
    timeZone: 'Europe/Berlin',
    country: 'DE',
    detectsCalleeType: false,
    lines: 20,
    callsPerSecond: 2.5,
    accountWindow: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours },
    holidays: { DE: ['10-03'] },
    destinations: ['US', '+44', '!+4490'],
    attemptsPerDay: 5000,
    minutesPerDay: 9000,
    gapSeconds: 3600,
    cap: 3,
    serializesNumbers: false,
    retryPolicy: { outcomes: { busy: { interval: 600 } } },
    eventsUrl: 'https://example.org/events',
  })
  const { lines: _lines, ...rest } = edited
  const withoutLines = await editAccount(calls.context, { accountId, fields: { lines: null } })
  assert.deepEqual(withoutLines, rest)
  const fields = Object.fromEntries(
    Object.keys(ALL)
      .filter((name) => !['time_zone', 'country', 'detect_callee_type'].includes(name))
      .map((name) => [name, null]),
  )
  const back = { ...fields, time_zone: 'UTC', country: 'US', detect_callee_type: true }
  assert.deepEqual(await editAccount(calls.context, { accountId, fields: back }), AS_MADE)
})

const REFUSED: readonly (readonly [unknown, string | undefined, RegExp])[] = [
  [{ time_zone: 'Mars/Phobos' }, 'time_zone', /time_zone is unknown; send an IANA name/],
  [{ country: 'XX' }, 'country', /country is unknown/],
  [{ lines: 0 }, 'lines', /lines is out of its range; send 1 to 1000000/],
  [{ destinations: 'us' }, 'destinations', /"us" is neither a country like US nor a prefix/],
  [{ destinations: ['US', 7] }, 'destinations', /destinations.1: write each as text/],
  [
    { destinations: ' ' },
    'destinations',
    /names none; send countries or prefixes, or null for all/,
  ],
  [{ destinations: '+44 !+44' }, 'destinations', /has both \+44 and !\+44; send one/],
  [{ attempts_per_day: 0 }, 'attempts_per_day', /attempts_per_day is out of its range; send 1/],
  [{ minutes_per_day: 1.5 }, 'minutes_per_day', /minutes_per_day is not a whole number/],
  [{ number_gap: -1 }, 'number_gap', /number_gap is out of its range/],
  [{ number_cap: 1.5 }, 'number_cap', /number_cap is not a whole number/],
  [{ serialize_numbers: 'yes' }, 'serialize_numbers', /is neither true nor false/],
  [{ windows: 'mon' }, 'windows', /windows is nothing that an edit changes; it changes time_zone/],
  [{ calling_window: 'mon' }, 'calling_window', /has no hours/],
  [{ holidays: { US: ['x'] } }, 'holidays', /is no date/],
  [{}, undefined, /changes nothing/],
  [7, undefined, /is an object of fields/],
]

test('what cannot be is refused with its field, and nothing of the edit is written', async () => {
  for (const [fields, field, message] of REFUSED) {
    const edit = { accountId, fields: { number_cap: 9, ...(fields as object) } }
    const sent =
      typeof fields === 'object' && Object.keys(fields ?? {}).length > 0 ? edit.fields : fields
    await assert.rejects(editAccount(calls.context, { accountId, fields: sent }), {
      field,
      message,
    })
  }
  assert.deepEqual(await accountSettings(calls.context, accountId), AS_MADE)
  const nobody = { accountId: accountId + 1, fields: { lines: 1 } }
  await assert.rejects(editAccount(calls.context, nobody), { code: 'account-not-found' })
})
