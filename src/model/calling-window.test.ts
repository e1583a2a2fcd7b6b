import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCallingWindow, readCallingWindow } from './calling-window.ts'
import { readHolidays } from './holidays.ts'

test('the text form and the kept form mean the same, and are written the same again', () => {
  const window = readCallingWindow('Mon-Fri 09:00-12:00 13:00-20:00; sat 10:00-14:00')
  assert.deepEqual(window['wed'], ['09:00-12:00', '13:00-20:00'])
  assert.deepEqual(window['sat'], ['10:00-14:00'])
  assert.equal(window['sun'], undefined)
  assert.equal(formatCallingWindow(window), 'mon-fri 09:00-12:00 13:00-20:00; sat 10:00-14:00')
  assert.deepEqual(readCallingWindow(formatCallingWindow(window)), window)
  assert.deepEqual(readCallingWindow(window), window)
})

test('days may go past the end of the week; hours that touch become one', () => {
  const window = readCallingWindow('sat-mon 12:00-24:00, sun 09:00-12:00')
  assert.deepEqual(window, { mon: ['12:00-24:00'], sat: ['12:00-24:00'], sun: ['09:00-24:00'] })
})

const REFUSED: readonly (readonly [unknown, RegExp])[] = [
  ['mon-fri', /“mon-fri” has no hours/],
  ['monday 09:00-17:00', /“monday” is no weekday/],
  ['mon 9-17', /calling_window\.mon: “9-17” are no hours; write for example 09:00-17:30/],
  ['mon 22:00-06:00', /“22:00-06:00” ends before it begins/],
  ['mon 09:00-24:01', /are no hours/],
  ['', /is never open/],
  [{}, /is never open/],
  [{ mon: '09:00-17:00' }, /calling_window\.mon: write a list of hours/],
  [{ mon: [9] }, /calling_window\.mon\.0: write hours as text/],
  [{ Monday: ['09:00-17:00'] }, /write weekdays \(mon, tue/],
  [7, /write weekdays/],
]

for (const [value, message] of REFUSED) {
  test(`refuses ${JSON.stringify(value)} and says why`, () => {
    assert.throws(() => readCallingWindow(value), {
      code: 'rule-invalid',
      field: 'calling_window',
      message,
    })
  })
}

test('holidays are dates or days of every year, by country, zone or for all', () => {
  const holidays = readHolidays({
    US: ['07-04', '2026-11-26', '07-04'],
    'Asia/Tokyo': [],
    '*': ['02-29'],
  })
  assert.deepEqual(holidays, { US: ['07-04', '2026-11-26'], 'Asia/Tokyo': [], '*': ['02-29'] })
})

const BAD_HOLIDAYS: readonly (readonly [unknown, RegExp])[] = [
  [['2026-12-25'], /write places with their dates/],
  [{ USA: [] }, /“USA” is no place/],
  [{ US: ['12-32'] }, /holidays\.US: “12-32” is no date/],
  [{ US: ['2027-02-29'] }, /is no date/],
  [{ US: ['25.12.2026'] }, /is no date/],
  [{ US: '2026-12-25' }, /holidays\.US: write a list of dates/],
]

for (const [value, message] of BAD_HOLIDAYS) {
  test(`refuses the holidays ${JSON.stringify(value)} and says why`, () => {
    assert.throws(() => readHolidays(value), { code: 'rule-invalid', field: 'holidays', message })
  })
}
