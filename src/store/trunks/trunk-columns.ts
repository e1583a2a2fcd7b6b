import type { Trunk } from '#model'

/** Where each property of a trunk is stored; null where it is absent. */
const COLUMNS: Readonly<Record<keyof Trunk, string>> = {
  name: 'name',
  host: 'host',
  port: 'port',
  transport: 'transport',
  tlsCaFile: 'tls_ca_file',
  tlsCertificateFile: 'tls_certificate_file',
  tlsKeyFile: 'tls_key_file',
  username: 'username',
  password: 'password',
  registerSeconds: 'register_seconds',
  pingSeconds: 'ping_seconds',
  sessionSeconds: 'session_seconds',
  reliableProgress: 'reliable_progress',
  codecs: 'codecs',
  srtp: 'srtp',
  keys: 'keys',
  callerId: 'caller_id',
  invalidCallerId: 'invalid_caller_id',
  callerIdFormat: 'caller_id_format',
  withholdsCallerId: 'withholds_caller_id',
  assertsIdentity: 'asserts_identity',
  signingKeyFile: 'signing_key_file',
  signingCertificateFile: 'signing_certificate_file',
  signingCertificateUrl: 'signing_certificate_url',
  attestation: 'attestation',
  ownNumbers: 'own_numbers',
  numberFormat: 'number_format',
  country: 'country',
  stripPrefix: 'strip_prefix',
  prefix: 'prefix',
  priority: 'priority',
  weight: 'weight',
  failoverStatuses: 'failover_statuses',
  lines: 'lines',
  callsPerSecond: 'calls_per_second',
}

const PROPERTIES = Object.keys(COLUMNS) as (keyof Trunk)[]
const NAMES = PROPERTIES.map((property) => COLUMNS[property])

/** A row of `trunks` as the model's `Trunk`. */
export const TRUNK_COLUMNS = PROPERTIES.map(
  (property) => `${COLUMNS[property]} AS "${property}"`,
).join(', ')

/** The parameters of a statement that begins with `INSERT_TRUNK`. */
export function trunkParams(trunk: Trunk): unknown[] {
  return PROPERTIES.map((property) => trunk[property])
}

export const INSERT_TRUNK = `
  INSERT INTO trunks (${NAMES.join(', ')})
  VALUES (${NAMES.map((_, index) => `$${index + 1}`).join(', ')})`

/** For an update by the row that could not be inserted. */
export const SET_ALL_BUT_NAME = NAMES.filter((name) => name !== COLUMNS.name)
  .map((name) => `${name} = excluded.${name}`)
  .join(', ')
