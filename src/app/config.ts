import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { DEFAULT_REQUEST_LIMITS, type RequestLimits } from '#api'
import {
  errorMessage,
  type LogLevel,
  OutdialError,
  readSettingTexts,
  type SettingName,
} from '#base'
import type { TraceMode } from '#dialer'
import type { Trunk } from '#model'
import { type BucketAddress, parseBucket, parseRecordingKey } from '#recordings'
import { DEFAULT_SCRIPT_LIMITS, type ScriptLimits } from '#script'
import { DEFAULT_LIMITS, type SessionLimits } from '#vxml'
import { readPhoneNumber } from './read-phone-number.ts'
import { parseTrunkUri } from './trunk-uri.ts'

/** Every setting, read and checked. Made by `loadConfig`, or by hand where Outdial is embedded. */
export interface Config {
  readonly http: HostPort
  readonly dataFolder: string
  /** Absent: the embedded PostgreSQL. */
  readonly databaseUrl?: string
  readonly account?: { readonly login: string; readonly pin: string }
  readonly trunk?: Trunk
  /** Host `0.0.0.0`: the address that leads to the trunk is found out and told to it. */
  readonly sip: HostPort
  readonly rtpPorts: { readonly low: number; readonly high: number }
  readonly lines: number
  readonly callsPerSecond: number
  /** CIDR blocks that `start_url` and `result_url` may reach besides public addresses. */
  readonly allowPrivateUrls: readonly string[]
  readonly ringTimeoutSeconds: number
  readonly drainSeconds: number
  readonly node: string
  /** A node that gives no sign of life for so long is taken for dead. */
  readonly nodeTimeoutSeconds: number
  readonly logLevel: LogLevel
  /** Where an OpenTelemetry collector takes OTLP over HTTP; absent: nothing is told. */
  readonly telemetryEndpoint?: string
  /** E.164: those that an assistant may call by `outdial mcp`; absent: none. */
  readonly testNumbers?: readonly string[]
  /** Who may scrape metrics from elsewhere; absent: nobody. */
  readonly metricsToken?: string
  readonly recordsCalls: boolean
  /** What is heard before the answer is recorded too; absent: it is not. */
  readonly recordsEarlyMedia?: boolean
  /** 32 octets, with which recordings are encrypted; absent: they are not. */
  readonly recordingKey?: Uint8Array
  /** Absent: recordings stay on the disk. */
  readonly recordingBucket?: BucketAddress
  /** Recordings are kept so many days; absent: as calls. */
  readonly recordingDays?: number
  /** What is kept of each call for `outdial trace`; absent: nothing. */
  readonly trace?: TraceMode
  /** Ended calls are kept so many days. */
  readonly retentionDays: number
  /** What one dialogue may use up; absent: the defaults. */
  readonly limits?: {
    readonly session: Partial<SessionLimits>
    readonly script: Partial<ScriptLimits>
  }
  /** What one request may use up; absent: the defaults. */
  readonly requests?: Partial<RequestLimits>
  /** Multiplies every pause between attempts, and between tries of a result. Not a setting: 1, but in the demo and in tests. */
  readonly retryIntervalScale: number
  /** Stretches the pauses between looks that nothing asked for. Not a setting: 1, but in simulations. */
  readonly pollScale?: number
}

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** A setting as people write it. `docs/reference/config.md` has a section for each. */
interface Setting<Value> {
  readonly name: SettingName
  /** What stands where nothing is set, or nothing but an empty text. */
  readonly text: string
  readonly parse: (text: string) => Value
}

const SETTINGS = {
  http: setting('OUTDIAL_HTTP', '127.0.0.1:8080', parseHostPort),
  dataFolder: setting('OUTDIAL_DATA', 'outdial-data', (text) => resolve(text)),
  databaseUrl: setting('DATABASE_URL', '', parseDatabaseUrl),
  account: setting('OUTDIAL_ACCOUNT', '', parseAccount),
  trunk: setting('OUTDIAL_TRUNK', '', (text) => (text === '' ? undefined : parseTrunkUri(text))),
  sip: setting('OUTDIAL_SIP', '0.0.0.0:5060', parseHostPort),
  rtpPorts: setting('OUTDIAL_RTP_PORTS', '20000-29999', parsePorts),
  lines: setting('OUTDIAL_LINES', '10', wholeNumber(1, 100_000)),
  callsPerSecond: setting('OUTDIAL_CPS', '5', positiveNumber),
  uploadMebibytes: limit('OUTDIAL_UPLOAD_MIB', DEFAULT_REQUEST_LIMITS.uploadBytes / 2 ** 20, 4096),
  requestStallSeconds: limit('OUTDIAL_REQUEST_STALL', DEFAULT_REQUEST_LIMITS.stallMs / 1000, 600),
  requestsPerMinute: limit(
    'OUTDIAL_API_RATE',
    DEFAULT_REQUEST_LIMITS.requestsPerMinute,
    10_000_000,
  ),
  allowPrivateUrls: setting('OUTDIAL_ALLOW_PRIVATE_URLS', '', parseList),
  ringTimeoutSeconds: setting('OUTDIAL_RING_TIMEOUT', '60', wholeNumber(5, 600)),
  drainSeconds: setting('OUTDIAL_DRAIN', '30', wholeNumber(0, 3600)),
  node: setting('OUTDIAL_NODE', '', (text) => text || hostname()),
  nodeTimeoutSeconds: setting('OUTDIAL_NODE_TIMEOUT', '15', wholeNumber(5, 600)),
  logLevel: setting('OUTDIAL_LOG', 'info', oneOf(['debug', 'info', 'warn', 'error'] as const)),
  telemetryEndpoint: setting('OTEL_EXPORTER_OTLP_ENDPOINT', '', parseEndpoint),
  testNumbers: setting('OUTDIAL_TEST_NUMBERS', '', parseNumbers),
  metricsToken: setting('OUTDIAL_METRICS_TOKEN', '', (text) => text),
  documents: limit('OUTDIAL_LIMIT_DOCUMENTS', DEFAULT_LIMITS.documents, 100_000),
  idleSteps: limit('OUTDIAL_LIMIT_STEPS', DEFAULT_LIMITS.idleSteps, 10_000_000),
  subdialogDepth: limit('OUTDIAL_LIMIT_SUBDIALOGS', DEFAULT_LIMITS.subdialogDepth, 100),
  callSeconds: limit('OUTDIAL_LIMIT_CALL_SECONDS', DEFAULT_LIMITS.callSeconds, 24 * 3600),
  documentBytes: limit('OUTDIAL_LIMIT_DOCUMENT_BYTES', DEFAULT_LIMITS.documentBytes, 64 << 20),
  elementDepth: limit('OUTDIAL_LIMIT_ELEMENT_DEPTH', DEFAULT_LIMITS.elementDepth, 500),
  evaluationMs: limit('OUTDIAL_LIMIT_SCRIPT_MS', DEFAULT_SCRIPT_LIMITS.evaluationMs, 200),
  memoryBytes: limit(
    'OUTDIAL_LIMIT_SCRIPT_BYTES',
    DEFAULT_SCRIPT_LIMITS.memoryBytes,
    16 << 20,
    512 << 10,
  ),
  stackBytes: limit(
    'OUTDIAL_LIMIT_SCRIPT_STACK',
    DEFAULT_SCRIPT_LIMITS.stackBytes,
    256 << 10,
    32 << 10,
  ),
  retentionDays: setting('OUTDIAL_RETENTION_DAYS', '90', wholeNumber(1, 36_500)),
  trace: setting('OUTDIAL_TRACE', 'calls', oneOf(['off', 'calls', 'packets'] as const)),
  recordsCalls: setting('OUTDIAL_RECORD', 'off', (text) => oneOf(['on', 'off'])(text) === 'on'),
  recordsEarlyMedia: setting(
    'OUTDIAL_RECORD_EARLY_MEDIA',
    'off',
    (text) => oneOf(['on', 'off'])(text) === 'on',
  ),
  recordingKey: setting('OUTDIAL_RECORDING_KEY', '', parseRecordingKey),
  recordingBucket: setting('OUTDIAL_RECORDING_BUCKET', '', parseBucket),
  accessKeyId: setting('AWS_ACCESS_KEY_ID', '', (text) => text),
  secretAccessKey: setting('AWS_SECRET_ACCESS_KEY', '', (text) => text),
  recordingDays: setting('OUTDIAL_RECORDING_DAYS', '', (text) =>
    text === '' ? undefined : wholeNumber(1, 36_500)(text),
  ),
} as const

/**
 * Reads the settings from the environment and from the settings file (lines `NAME=value`); what both
 * name, the environment decides. Throws `setting-invalid` for a bad value and `setting-unknown` for
 * an `OUTDIAL_…` name that is none.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const values = readSettingTexts(environment)
  const read = <Value>(one: Setting<Value>): Value => readSetting(one, values[one.name])
  const databaseUrl = read(SETTINGS.databaseUrl)
  const account = read(SETTINGS.account)
  const trunk = read(SETTINGS.trunk)
  const recording = readRecordingSettings(read)
  const metricsToken = read(SETTINGS.metricsToken)
  const telemetryEndpoint = read(SETTINGS.telemetryEndpoint)
  return {
    http: read(SETTINGS.http),
    dataFolder: read(SETTINGS.dataFolder),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(account === undefined ? {} : { account }),
    ...(trunk === undefined ? {} : { trunk }),
    sip: read(SETTINGS.sip),
    rtpPorts: read(SETTINGS.rtpPorts),
    lines: read(SETTINGS.lines),
    callsPerSecond: read(SETTINGS.callsPerSecond),
    allowPrivateUrls: read(SETTINGS.allowPrivateUrls),
    ringTimeoutSeconds: read(SETTINGS.ringTimeoutSeconds),
    drainSeconds: read(SETTINGS.drainSeconds),
    node: read(SETTINGS.node),
    nodeTimeoutSeconds: read(SETTINGS.nodeTimeoutSeconds),
    logLevel: read(SETTINGS.logLevel),
    ...(telemetryEndpoint === undefined ? {} : { telemetryEndpoint }),
    testNumbers: read(SETTINGS.testNumbers),
    ...(metricsToken === '' ? {} : { metricsToken }),
    recordsCalls: read(SETTINGS.recordsCalls),
    recordsEarlyMedia: read(SETTINGS.recordsEarlyMedia),
    ...recording,
    trace: read(SETTINGS.trace),
    retentionDays: read(SETTINGS.retentionDays),
    limits: {
      session: {
        documents: read(SETTINGS.documents),
        idleSteps: read(SETTINGS.idleSteps),
        subdialogDepth: read(SETTINGS.subdialogDepth),
        callSeconds: read(SETTINGS.callSeconds),
        documentBytes: read(SETTINGS.documentBytes),
        elementDepth: read(SETTINGS.elementDepth),
      },
      script: {
        evaluationMs: read(SETTINGS.evaluationMs),
        memoryBytes: read(SETTINGS.memoryBytes),
        stackBytes: read(SETTINGS.stackBytes),
      },
    },
    requests: {
      uploadBytes: read(SETTINGS.uploadMebibytes) * 2 ** 20,
      stallMs: read(SETTINGS.requestStallSeconds) * 1000,
      requestsPerMinute: read(SETTINGS.requestsPerMinute),
    },
    retryIntervalScale: 1,
  }
}

function readRecordingSettings(
  read: <Value>(one: Setting<Value>) => Value,
): Pick<Config, 'recordingKey' | 'recordingBucket' | 'recordingDays'> {
  const recordingKey = read(SETTINGS.recordingKey)
  const bucket = read(SETTINGS.recordingBucket)
  const recordingDays = read(SETTINGS.recordingDays)
  const [accessKeyId, secretAccessKey] = [SETTINGS.accessKeyId, SETTINGS.secretAccessKey].map(
    (one) => {
      const value = read(one)
      if (bucket === undefined || value !== '') return value
      const sentence = `${one.name}: It is not set, and OUTDIAL_RECORDING_BUCKET needs it.`
      throw new OutdialError('setting-invalid', sentence, { field: one.name })
    },
  ) as [string, string]
  return {
    ...(recordingKey === undefined ? {} : { recordingKey }),
    ...(bucket && { recordingBucket: { ...bucket, accessKeyId, secretAccessKey } }),
    ...(recordingDays === undefined ? {} : { recordingDays }),
  }
}

function setting<Value>(
  name: SettingName,
  text: string,
  parse: (text: string) => Value,
): Setting<Value> {
  return { name, text, parse }
}

function limit(name: SettingName, normal: number, most: number, least = 1): Setting<number> {
  return setting(name, String(normal), wholeNumber(least, most))
}

function readSetting<Value>(one: Setting<Value>, given: string | undefined): Value {
  try {
    return one.parse(given || one.text)
  } catch (error) {
    const sentence = `${one.name}: ${errorMessage(error)}`
    throw new OutdialError('setting-invalid', sentence, { field: one.name })
  }
}

/** `host:port`, `[v6]:port` or `:port`. */
export function parseHostPort(text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]*)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) {
    throw new Error(`"${text}" is not address:port, for example 127.0.0.1:8080.`)
  }
  return { host: match[1] ?? (match[2] || '0.0.0.0'), port }
}

function parseDatabaseUrl(text: string): string | undefined {
  if (text === '') return undefined
  if (!/^postgres(ql)?:\/\//.test(text)) {
    throw new Error(
      'It is not a PostgreSQL URL, for example postgresql://user:password@host/outdial.',
    )
  }
  return text
}

function parseAccount(text: string): Config['account'] {
  if (text === '') return undefined
  const colon = text.indexOf(':')
  const [login, pin] = [text.slice(0, colon), text.slice(colon + 1)]
  if (colon < 1 || pin === '') throw new Error('It is not login:pin, for example demo:1234.')
  return { login, pin }
}

function parsePorts(text: string): Config['rtpPorts'] {
  const [, low, high] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).map(Number)
  if (low === undefined || high === undefined || low < 1024 || high > 65_535 || high - low < 2) {
    throw new Error(
      `"${text}" is not a range of ports from 1024 to 65535, for example 20000-29999.`,
    )
  }
  return { low, high }
}

function parseEndpoint(text: string): string | undefined {
  const protocol = URL.parse(text)?.protocol
  if (text === '' || protocol === 'http:' || protocol === 'https:') return text || undefined
  throw new Error(`"${text}" is not an http or https URL, for example http://127.0.0.1:4318.`)
}

function parseNumbers(text: string): string[] {
  return parseList(text).map((number) => readPhoneNumber(number).destination)
}

function parseList(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== '')
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new Error(`"${text}" is not a whole number from ${least} to ${most}.`)
    }
    return value
  }
}

function positiveNumber(text: string): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0) {
    throw new Error(`"${text}" is not a number above 0, for example 5 or 0.5.`)
  }
  return value
}

function oneOf<const Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((one) => one === text)
    if (choice === undefined) throw new Error(`"${text}" is none of ${choices.join(', ')}.`)
    return choice
  }
}
