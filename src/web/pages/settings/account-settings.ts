import { durationText } from '../../shown-time.ts'
import { retryPolicySetting } from './retry-policy-setting.ts'
import {
  holidaysSetting,
  listSetting,
  numberSetting,
  textSetting,
  windowSetting,
  yesNoSetting,
} from './setting.ts'
import type { Groups } from './settings-form.ts'

/** What may be set of an account. Whatever `editAccount` takes besides is one line here. */
export const ACCOUNT_SETTINGS: Groups = [
  {
    title: 'Where it is',
    settings: [
      textSetting({
        name: 'time_zone',
        label: 'Time zone',
        required: true,
        maxLength: 64,
        hint: 'An IANA name such as America/New_York, for times without a zone',
      }),
      textSetting({
        name: 'country',
        label: 'Country',
        required: true,
        maxLength: 2,
        hint: 'Two capital letters such as US, for numbers without a country code',
      }),
      textSetting({
        name: 'events_url',
        label: 'Events to',
        type: 'url',
        maxLength: 255,
        unset: 'nowhere',
        hint: 'Where it is posted that a call has been answered, and the like; empty: nowhere',
      }),
    ],
  },
  {
    title: 'When numbers are called',
    settings: [
      windowSetting({
        name: 'calling_window',
        label: 'Calling hours',
        unset: 'at any hour',
        hint: 'On the callee’s clock, such as 09:00-12:00 13:00-20:00; all empty: at any hour',
      }),
      holidaysSetting({
        name: 'holidays',
        label: 'Holidays',
        unset: 'none',
        hint: 'A line for each country, time zone, or * for all, such as US: 07-04 2026-11-26',
      }),
    ],
  },
  {
    title: 'Which numbers, how often',
    settings: [
      listSetting({
        name: 'destinations',
        label: 'Destinations',
        unset: 'all numbers',
        hint: 'Countries and beginnings of numbers, ! refuses: US CA +44 !+4490; empty: all numbers',
      }),
      numberSetting({
        name: 'number_gap',
        label: 'Seconds between two calls',
        min: 0,
        max: 31_536_000,
        unset: 'none',
        tells: (gap) => (gap === 0 ? 'none' : durationText(gap)),
        hint: 'Of one number, at the least; 0: none',
      }),
      numberSetting({
        name: 'number_cap',
        label: 'Attempts in 24 hours',
        min: 1,
        max: 32_767,
        unset: 'no limit',
        hint: 'Of one number, at the most; empty: no limit',
      }),
      yesNoSetting({ name: 'serialize_numbers', label: 'One call at a time to a number' }),
    ],
  },
  {
    title: 'How fast, how much',
    settings: [
      numberSetting({
        name: 'attempts_per_day',
        label: 'Attempts a day',
        min: 1,
        max: 1_000_000_000,
        unset: 'no cap',
        hint: 'Of all its calls, from one midnight of the account to the next; empty: no cap',
      }),
      numberSetting({
        name: 'minutes_per_day',
        label: 'Minutes a day',
        min: 1,
        max: 1_000_000_000,
        unset: 'no cap',
        hint: 'Begun minutes of answered calls; empty: no cap',
      }),
      numberSetting({
        name: 'lines',
        label: 'Lines',
        min: 1,
        max: 1_000_000,
        unset: 'as many as the server has',
        hint: 'Calls at the same time; empty: as many as the server has',
      }),
      numberSetting({
        name: 'calls_per_second',
        label: 'Calls per second',
        min: 0,
        max: 100_000,
        step: 'any',
        unset: 'as many as the server makes',
        hint: 'Empty: as many as the server makes',
      }),
    ],
  },
  {
    title: 'What comes of calls',
    settings: [
      yesNoSetting({ name: 'detect_callee_type', label: 'Tell people from machines' }),
      retryPolicySetting({
        name: 'retry_policy',
        label: 'Further attempts',
        unset: 'as usual',
        hint: 'What is followed by another attempt, and after how long at the least',
      }),
    ],
  },
]
