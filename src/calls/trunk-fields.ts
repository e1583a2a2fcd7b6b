import { z } from 'zod'
import { OutdialError } from '#base'
import { isKnownCountry, TRUNK_CODECS, type Trunk } from '#model'
import { whole, yesOrNo } from './edit-fields.ts'
import { readEdit } from './read-edit.ts'

const digits = (form: RegExp, may: string): z.ZodString =>
  z.string('is not a text').regex(form, `is not possible; send ${may}`)
const oneOf = <const Value extends string>(...values: readonly Value[]) =>
  z.enum(values, `is none of its values; send ${values.join(' or ')}`)
const account = z
  .string('is not a text')
  .regex(/^[^\x00-\x1f\x7f]{1,255}$/, 'must have 1 to 255 characters, none of them a control')

/**
 * What may be set of a trunk, in the words of its line (docs/reference/sip.md). Files are named on the server's
 * own command line only: who may use this interface need not know its disk.
 */
const FIELDS = {
  host: ['host', z.string('is not a text').refine(isHost, 'is no host; send a name or an address')],
  port: ['port', whole(1, 65_535)],
  transport: ['transport', oneOf('udp', 'tcp', 'tls')],
  username: ['username', account],
  password: ['password', account],
  register: ['registerSeconds', whole(60, 86_400)],
  ping: ['pingSeconds', whole(1, 3600)],
  session_timer: [
    'sessionSeconds',
    z.union([z.literal(0), whole(90, 86_400)], 'is neither 0 nor seconds from 90 to 86400'),
  ],
  prack: ['reliableProgress', oneOf('off', 'supported', 'required')],
  codecs: [
    'codecs',
    z
      .array(oneOf(...TRUNK_CODECS), 'is no list; send for example ["PCMU", "PCMA"]')
      .min(1, 'is empty; name at least one')
      .refine((all) => new Set(all).size === all.length, 'names one twice; name each once'),
  ],
  srtp: ['srtp', oneOf('off', 'sdes')],
  dtmf: ['keys', oneOf('rfc4733', 'info', 'inband')],
  caller_id: ['callerId', digits(/^\+?\d{3,15}$/, '3 to 15 digits')],
  invalid_caller_id: ['invalidCallerId', oneOf('decline', 'default')],
  caller_id_format: ['callerIdFormat', oneOf('e164', 'digits', 'national')],
  privacy: ['withholdsCallerId', yesOrNo],
  asserted_identity: ['assertsIdentity', yesOrNo],
  number_format: ['numberFormat', oneOf('e164', 'digits', 'national')],
  country: [
    'country',
    z
      .string('is not a text')
      .refine(isKnownCountry, 'is unknown; send two capital letters like US'),
  ],
  strip: ['stripPrefix', digits(/^[+0-9*#]{1,15}$/, '1 to 15 of + 0–9 * #')],
  prefix: ['prefix', digits(/^[+0-9*#]{1,15}$/, '1 to 15 of + 0–9 * #')],
  priority: ['priority', whole(0, 65_535)],
  weight: ['weight', whole(0, 65_535)],
  failover: [
    'failoverStatuses',
    z
      .array(whole(500, 699), 'is no list; send for example [500, 503]')
      .max(200, 'has more than 200 statuses'),
  ],
  lines: ['lines', whole(1, 999_999)],
  cps: ['callsPerSecond', z.number('is not a number').positive('must be above 0').max(100_000)],
} as const satisfies Readonly<Record<string, readonly [keyof Trunk, z.ZodType]>>

type Field = keyof typeof FIELDS
type EditShape = { [Name in Field]: z.ZodOptional<z.ZodNullable<(typeof FIELDS)[Name][1]>> }

const NAMES = Object.keys(FIELDS) as readonly Field[]

/** Null takes a value away. */
export const TRUNK_EDIT = z.strictObject(
  Object.fromEntries(NAMES.map((name) => [name, FIELDS[name][1].nullish()])) as EditShape,
)

/** By the field of the interface. Never the password. */
export const TRUNK_PROPERTIES: readonly (readonly [string, keyof Trunk])[] = NAMES.filter(
  (name) => name !== 'password',
).map((name) => [name, FIELDS[name][0]])

/**
 * The trunk with these fields changed. Unknown ones are refused.
 *
 * @throws OutdialError `trunk-invalid` with the field
 */
export function editedTrunk(trunk: Pick<Trunk, 'name'> & Partial<Trunk>, fields: unknown): Trunk {
  const data: Readonly<Record<string, unknown>> = readEdit(TRUNK_EDIT, fields, 'trunk-invalid')
  const edited: Record<string, unknown> = { invalidCallerId: 'decline', ...trunk }
  for (const name of NAMES) {
    if (data[name] === undefined) continue
    const [property] = FIELDS[name]
    if (data[name] !== null) edited[property] = data[name]
    else if (property === 'invalidCallerId') edited[property] = 'decline'
    else delete edited[property]
  }
  return refuseContradictions(edited as unknown as Trunk)
}

function refuseContradictions(trunk: Trunk): Trunk {
  if (trunk.host === undefined) throw invalid('host', 'is missing; send a name or an address')
  const { username, password, registerSeconds } = trunk
  if ((username === undefined) !== (password === undefined)) {
    throw invalid('password', 'and username belong together; send both, or neither')
  }
  if (registerSeconds !== undefined && username === undefined) {
    throw invalid('register', 'needs an account; send username and password')
  }
  const { transport, tlsCaFile, tlsCertificateFile } = trunk
  if (transport !== 'tls' && transport !== undefined && (tlsCaFile ?? tlsCertificateFile)) {
    throw invalid('transport', 'must be tls: the trunk has TLS files, which its server was told')
  }
  return trunk
}

function invalid(field: string, fault: string): OutdialError {
  return new OutdialError('trunk-invalid', `${field} ${fault}.`, { field })
}

function isHost(text: string): boolean {
  if (!/^[A-Za-z0-9.:_-]{1,253}$/.test(text)) return false
  return URL.canParse(text.includes(':') ? `http://[${text}]` : `http://${text}`)
}
