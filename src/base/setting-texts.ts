import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { errorMessage, OutdialError } from './error.ts'
import { nearestName } from './nearest-name.ts'

/** Every setting that there is, whoever reads it. */
const NAMES = [
  'OUTDIAL_CONFIG',
  'OUTDIAL_HTTP',
  'OUTDIAL_DATA',
  'DATABASE_URL',
  'OUTDIAL_ACCOUNT',
  'OUTDIAL_TRUNK',
  'OUTDIAL_URL',
  'OUTDIAL_KEY',
  'OUTDIAL_SIP',
  'OUTDIAL_RTP_PORTS',
  'OUTDIAL_LINES',
  'OUTDIAL_CPS',
  'OUTDIAL_UPLOAD_MIB',
  'OUTDIAL_REQUEST_STALL',
  'OUTDIAL_API_RATE',
  'OUTDIAL_ALLOW_PRIVATE_URLS',
  'OUTDIAL_RING_TIMEOUT',
  'OUTDIAL_DRAIN',
  'OUTDIAL_NODE',
  'OUTDIAL_NODE_TIMEOUT',
  'OUTDIAL_LOG',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OUTDIAL_TEST_NUMBERS',
  'OUTDIAL_METRICS_TOKEN',
  'OUTDIAL_LIMIT_DOCUMENTS',
  'OUTDIAL_LIMIT_STEPS',
  'OUTDIAL_LIMIT_SUBDIALOGS',
  'OUTDIAL_LIMIT_CALL_SECONDS',
  'OUTDIAL_LIMIT_DOCUMENT_BYTES',
  'OUTDIAL_LIMIT_ELEMENT_DEPTH',
  'OUTDIAL_LIMIT_SCRIPT_MS',
  'OUTDIAL_LIMIT_SCRIPT_BYTES',
  'OUTDIAL_LIMIT_SCRIPT_STACK',
  'OUTDIAL_RETENTION_DAYS',
  'OUTDIAL_TRACE',
  'OUTDIAL_RECORD',
  'OUTDIAL_RECORD_EARLY_MEDIA',
  'OUTDIAL_RECORDING_KEY',
  'OUTDIAL_RECORDING_BUCKET',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'OUTDIAL_RECORDING_DAYS',
] as const

export type SettingName = (typeof NAMES)[number]

export type SettingTexts = Readonly<Partial<Record<SettingName, string>>>

/** Without `OUTDIAL_CONFIG`, where there is one. */
const DEFAULT_FILE = 'outdial.env'

/**
 * The settings as they are written: in the environment, and in the settings file that `OUTDIAL_CONFIG` names
 * (lines `NAME=value`); what both name, the environment decides.
 *
 * @throws OutdialError `setting-invalid` where that file cannot be read, `setting-unknown` for an `OUTDIAL_…` name that is none
 */
export function readSettingTexts(
  environment: Readonly<Record<string, string | undefined>>,
): SettingTexts {
  const texts = { ...readFile(environment['OUTDIAL_CONFIG']), ...environment }
  refuseUnknown(texts)
  return texts as SettingTexts
}

function readFile(named: string | undefined): Record<string, string | undefined> {
  const path = named ?? DEFAULT_FILE
  if (named === undefined && !existsSync(path)) return {}
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (cause) {
    const sentence = `OUTDIAL_CONFIG: ${path} cannot be read (${errorMessage(cause)}).`
    throw new OutdialError('setting-invalid', sentence, { field: 'OUTDIAL_CONFIG', cause })
  }
}

function refuseUnknown(texts: Readonly<Record<string, string | undefined>>): void {
  const known: readonly string[] = NAMES
  for (const name of Object.keys(texts)) {
    if (!name.startsWith('OUTDIAL_') || known.includes(name)) continue
    if (name.startsWith('OUTDIAL_TEST_')) continue
    const near = nearestName(name, known)
    const cure =
      near === undefined
        ? `There are: ${known.join(', ')}.`
        : `Did you mean ${near}? Mend or unset it.`
    throw new OutdialError('setting-unknown', `${name} is no setting. ${cure}`, { field: name })
  }
}
