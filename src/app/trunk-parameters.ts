import { isKnownCountry, TRUNK_CODECS, type Trunk } from '#model'

/** One `;name=value` of a trunk's line. */
export interface TrunkParameter {
  readonly name: string
  /** What its value may be, in words that end a sentence. */
  readonly may: string
  /** Undefined where the value is not possible. */
  read(value: string): Partial<Trunk> | undefined
  /** Undefined where the trunk has the default. */
  write(trunk: Trunk): string | undefined
}

/** In the order in which they are told and written. */
export const TRUNK_PARAMETERS: readonly TrunkParameter[] = [
  oneOf('transport', 'transport', ['udp', 'tcp', 'tls']),
  path('tls_ca', 'tlsCaFile'),
  path('tls_certificate', 'tlsCertificateFile'),
  path('tls_key', 'tlsKeyFile'),
  seconds('register', 'registerSeconds', 60, 86_400),
  seconds('ping', 'pingSeconds', 1, 3_600),
  secondsOrZero('session_timer', 'sessionSeconds', 90, 86_400),
  oneOf('prack', 'reliableProgress', ['off', 'supported', 'required']),
  codecs('codecs'),
  oneOf('srtp', 'srtp', ['off', 'sdes']),
  oneOf('dtmf', 'keys', ['rfc4733', 'info', 'inband']),
  text('caller_id', 'callerId', /^\+?\d{3,15}$/, '3 to 15 digits'),
  oneOf('invalid_caller_id', 'invalidCallerId', ['decline', 'default']),
  oneOf('caller_id_format', 'callerIdFormat', ['e164', 'digits', 'national']),
  onOff('privacy', 'withholdsCallerId'),
  onOff('asserted_identity', 'assertsIdentity'),
  path('stir_key', 'signingKeyFile'),
  path('stir_certificate', 'signingCertificateFile'),
  {
    ...text(
      'stir_x5u',
      'signingCertificateUrl',
      /^https:/,
      'an https URL without user and fragment',
    ),
    read: (value) =>
      isCertificateUrl(value) ? { signingCertificateUrl: new URL(value).href } : undefined,
  },
  oneOf('stir_attest', 'attestation', ['A', 'B', 'C']),
  {
    name: 'stir_numbers',
    may: 'beginnings of numbers such as +1617555, with commas between',
    read: (value) =>
      /^\+\d{1,15}(,\+\d{1,15})*$/.test(value) ? { ownNumbers: value.split(',') } : undefined,
    write: ({ ownNumbers }) => ownNumbers?.join(','),
  },
  oneOf('number_format', 'numberFormat', ['e164', 'digits', 'national']),
  {
    ...text('country', 'country', /^[A-Z]{2}$/, 'a country code of two letters such as US'),
    read: (value) => (isKnownCountry(value) ? { country: value } : undefined),
  },
  text('strip', 'stripPrefix', /^[+0-9*#]{1,15}$/, '1 to 15 of + 0–9 * #'),
  text('prefix', 'prefix', /^[+0-9*#]{1,15}$/, '1 to 15 of + 0–9 * #'),
  whole('priority', 'priority', 0, 65_535),
  whole('weight', 'weight', 0, 65_535),
  statuses('failover', 'failoverStatuses'),
  whole('lines', 'lines', 1, 999_999),
  {
    name: 'cps',
    may: 'a number above 0',
    read: (value) =>
      /^\d+(\.\d+)?$/.test(value) && Number(value) > 0
        ? { callsPerSecond: Number(value) }
        : undefined,
    write: ({ callsPerSecond }) => callsPerSecond?.toString(),
  },
]

/** The properties whose values are of this type. */
type Of<Value> = {
  [Key in keyof Trunk]-?: Value extends NonNullable<Trunk[Key]> ? Key : never
}[keyof Trunk]

function oneOf(name: string, property: keyof Trunk, values: readonly string[]): TrunkParameter {
  return {
    name,
    may: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
    read: (value) => (values.includes(value) ? { [property]: value } : undefined),
    write: (trunk) => trunk[property]?.toString(),
  }
}

function text(name: string, property: Of<string>, form: RegExp, may: string): TrunkParameter {
  return {
    ...{ name, may },
    read: (value) => (form.test(value) ? { [property]: value } : undefined),
    write: (trunk) => trunk[property]?.toString(),
  }
}

function path(name: string, property: Of<string>): TrunkParameter {
  return text(name, property, /^\//, 'the absolute path of a PEM file')
}

function whole(name: string, property: Of<number>, least: number, most: number): TrunkParameter {
  return {
    name,
    may: `a whole number from ${least} to ${most}`,
    read: (value) => {
      const number = /^\d{1,6}$/.test(value) ? Number(value) : -1
      return number >= least && number <= most ? { [property]: number } : undefined
    },
    write: (trunk) => trunk[property]?.toString(),
  }
}

function isCertificateUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, hash } = new URL(value)
  return protocol === 'https:' && username === '' && hash === ''
}

/** `off`, the default, is to have no such property. */
function seconds(name: string, property: Of<number>, least: number, most: number): TrunkParameter {
  const number = whole(name, property, least, most)
  return {
    ...number,
    may: `off, or seconds from ${least} to ${most}`,
    read: (value) => (value === 'off' ? {} : number.read(value)),
  }
}

/** `off` is 0, and no default. */
function secondsOrZero(
  name: string,
  property: Of<number>,
  least: number,
  most: number,
): TrunkParameter {
  const some = seconds(name, property, least, most)
  return {
    ...some,
    read: (value) => (value === 'off' ? { [property]: 0 } : some.read(value)),
    write: (trunk) => (trunk[property] === 0 ? 'off' : some.write(trunk)),
  }
}

function onOff(name: string, property: Of<boolean>): TrunkParameter {
  return {
    name,
    may: 'on or off',
    read: (value) =>
      value === 'on' || value === 'off' ? { [property]: value === 'on' } : undefined,
    write: (trunk) => {
      const value = trunk[property]
      return value === undefined ? undefined : value ? 'on' : 'off'
    },
  }
}

function codecs(name: string): TrunkParameter {
  return {
    name,
    may: `some of ${TRUNK_CODECS.join(', ')}, each once, the preferred one first, with commas between`,
    read: (value) => {
      const names = value.split(',')
      const list = names.flatMap((one) => TRUNK_CODECS.find((codec) => codec === one) ?? [])
      const isGood = list.length === names.length && new Set(list).size === list.length
      return isGood ? { codecs: list } : undefined
    },
    write: (trunk) => trunk.codecs?.join(','),
  }
}

/** Only those that say that the trunk, and not the callee or the number, was at fault may be named. */
function statuses(name: string, property: 'failoverStatuses'): TrunkParameter {
  return {
    name,
    may: 'off, or SIP statuses from 500 to 699 with commas between, such as 500,503',
    read: (value) => {
      if (value === 'off') return { [property]: [] }
      return /^[56]\d\d(,[56]\d\d)*$/.test(value)
        ? { [property]: value.split(',').map(Number) }
        : undefined
    },
    write: (trunk) => {
      const all = trunk[property]
      return all?.length === 0 ? 'off' : all?.join(',')
    },
  }
}
