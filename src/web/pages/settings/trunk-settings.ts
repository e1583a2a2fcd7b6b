import { choiceSetting, listSetting, numberSetting, textSetting, yesNoSetting } from './setting.ts'
import type { Groups } from './settings-form.ts'

const FORMATS = [
  ['e164', '+16175551212'],
  ['digits', '16175551212'],
  ['national', 'as in its country'],
] as const

/** Told as it is by nobody: it is asked, and never shown. */
const PASSWORD = {
  ...textSetting({
    ...{ name: 'password', label: 'Password', type: 'password', maxLength: 255 },
    autocomplete: 'new-password',
    hint: 'Never shown; empty: it stays as it is',
  }),
  write: () => ({ password: '' }),
  shown: () => 'never shown',
}

/** All that the interface takes of a trunk; docs/reference/config.md tells what each means. */
export const TRUNK_SETTINGS: Groups = [
  {
    title: 'The way there',
    settings: [
      textSetting({
        name: 'host',
        label: 'Host',
        required: true,
        maxLength: 253,
        hint: 'A name or an address',
      }),
      numberSetting({
        name: 'port',
        label: 'Port',
        min: 1,
        max: 65_535,
        unset: 'looked up',
        hint: 'Empty: servers are looked up by NAPTR and SRV',
      }),
      choiceSetting({
        name: 'transport',
        label: 'Transport',
        unset: 'as NAPTR says, else UDP',
        options: [
          ['udp', 'UDP'],
          ['tcp', 'TCP'],
          ['tls', 'TLS'],
        ],
      }),
      numberSetting({
        name: 'ping',
        label: 'Seconds between pings',
        min: 1,
        max: 3600,
        unset: 'no pings',
        hint: 'By OPTIONS; while it does not answer, it takes no calls. Empty: no pings',
      }),
    ],
  },
  {
    title: 'How it knows us',
    settings: [
      textSetting({
        name: 'username',
        label: 'User',
        maxLength: 255,
        autocomplete: 'off',
        unset: 'none',
      }),
      PASSWORD,
      numberSetting({
        name: 'register',
        label: 'Registered for seconds',
        min: 60,
        max: 86_400,
        unset: 'not registered',
        hint: 'While it is not registered, it takes no calls. Empty: no registration',
      }),
    ],
  },
  {
    title: 'Who calls',
    settings: [
      textSetting({
        name: 'caller_id',
        label: 'Caller ID',
        maxLength: 16,
        inputMode: 'tel',
        unset: 'none',
        hint: 'Shown where the call has no ani',
      }),
      choiceSetting({
        name: 'invalid_caller_id',
        label: 'An ani that is not ten digits',
        unset: 'as usual: refused',
        options: [
          ['decline', 'refused when the call is queued'],
          ['default', 'the trunk’s caller ID'],
        ],
      }),
      choiceSetting({
        name: 'caller_id_format',
        label: 'Form of the caller ID',
        unset: 'as it was given',
        options: FORMATS,
      }),
      yesNoSetting({ name: 'privacy', label: 'Withhold the caller ID', unset: 'as usual: no' }),
      yesNoSetting({
        name: 'asserted_identity',
        label: 'Assert the identity',
        unset: 'as usual: yes',
        hint: 'P-Asserted-Identity',
      }),
    ],
  },
  {
    title: 'Which number it is asked for',
    settings: [
      choiceSetting({
        name: 'number_format',
        label: 'Form of numbers',
        unset: 'as usual: +16175551212',
        options: FORMATS,
      }),
      textSetting({
        name: 'country',
        label: 'Country',
        maxLength: 2,
        unset: 'US',
        hint: 'Of national numbers; two capital letters',
      }),
      textSetting({ name: 'strip', label: 'Taken away in front', maxLength: 15, unset: 'nothing' }),
      textSetting({ name: 'prefix', label: 'Put in front', maxLength: 15, unset: 'nothing' }),
    ],
  },
  {
    title: 'What is spoken',
    settings: [
      listSetting({
        name: 'codecs',
        label: 'Codecs',
        unset: 'PCMU, PCMA',
        hint: 'The preferred one first: PCMU PCMA G722 OPUS',
      }),
      choiceSetting({
        name: 'srtp',
        label: 'Encrypted audio',
        unset: 'as usual: off',
        options: [
          ['off', 'off'],
          ['sdes', 'SRTP with keys by SDES'],
        ],
      }),
      choiceSetting({
        name: 'dtmf',
        label: 'Keys',
        unset: 'as usual: RFC 4733',
        options: [
          ['rfc4733', 'RFC 4733'],
          ['info', 'SIP INFO'],
          ['inband', 'in the audio'],
        ],
      }),
      choiceSetting({
        name: 'prack',
        label: 'Reliable ringing (PRACK)',
        unset: 'as usual: supported',
        options: [
          ['off', 'off'],
          ['supported', 'supported'],
          ['required', 'required'],
        ],
      }),
      numberSetting({
        name: 'session_timer',
        label: 'Session timer',
        min: 0,
        max: 86_400,
        unset: '1800 seconds',
        hint: 'Seconds from 90; 0: off; empty: 1800',
      }),
    ],
  },
  {
    title: 'Which calls it gets',
    settings: [
      numberSetting({
        name: 'priority',
        label: 'Priority',
        min: 0,
        max: 65_535,
        unset: '1',
        hint: 'Lower ones come first',
      }),
      numberSetting({
        name: 'weight',
        label: 'Weight',
        min: 0,
        max: 65_535,
        unset: '1',
        hint: 'Its share among those of one priority',
      }),
      numberSetting({
        name: 'lines',
        label: 'Lines',
        min: 1,
        max: 999_999,
        unset: 'no limit of its own',
      }),
      numberSetting({
        name: 'cps',
        label: 'Calls per second',
        min: 0,
        max: 100_000,
        step: 'any',
        unset: 'no limit of its own',
      }),
      listSetting({
        name: 'failover',
        label: 'Statuses after which another trunk is tried',
        ofNumbers: true,
        unset: '500, 502, 503',
        hint: 'From 500 to 699, such as 500 503',
      }),
    ],
  },
]
