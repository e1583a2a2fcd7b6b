import { X509Certificate } from 'node:crypto'
import { systemClock } from '#base'
import type { Trunk } from '#model'
import { type CallerCredential, isValidAt } from '#sip'
import { type Finding, fault } from './finding.ts'
import { PRODUCT } from './product.ts'
import { readTrunkCredential } from './trunk-credential.ts'
import type { Ground } from './wire.ts'

const ANSWER_MS = 3_000
const LONGEST_BYTES = 65_536
const SOON_MS = 14 * 24 * 3_600_000

/** Whether a trunk's calls will be signed, and others find the certificate that they check it with. */
export async function diagnoseSigning(trunk: Trunk, ground: Ground): Promise<Finding> {
  const what = `signing for trunk ${trunk.name}`
  try {
    const credential = readTrunkCredential(trunk)
    const detail = `attests ${trunk.attestation}`
    if (credential === undefined) return { what, state: 'ok', detail: 'off' }
    return verdict(
      { what, state: 'ok', detail },
      credential,
      await seeFromOutside(credential, ground),
    )
  } catch (error) {
    return fault(what, error, 'Do as the sentence says: until then the server does not start.')
  }
}

/** Undefined where all is well. */
async function seeFromOutside(
  { certificateUrl: url, key }: CallerCredential,
  { machine }: Ground,
): Promise<string | undefined> {
  // The operator has named the URL, no document: it may be anywhere.
  const allowPrivate = ['0.0.0.0/0', '::/0']
  const fetch = machine.createFetch({ allowPrivate, userAgent: PRODUCT, clock: systemClock })
  try {
    const request = { url, method: 'GET', timeoutMs: ANSWER_MS, maxBytes: LONGEST_BYTES } as const
    const { status, body } = await fetch(request)
    if (status !== 200) return `${url} answers with status ${status}`
    const isOurs = new X509Certificate(body).checkPrivateKey(key)
    return isOurs ? undefined : `the certificate at ${url} is that of another key`
  } catch {
    return `${url} gives no certificate to this machine`
  }
}

function verdict(
  finding: Finding,
  credential: CallerCredential,
  fromOutside: string | undefined,
): Finding {
  const { validFromMs, validUntilMs } = credential
  const [from, until] = [validFromMs, validUntilMs].map((ms) => new Date(ms).toISOString())
  const detail = `${finding.detail}; its certificate is valid from ${from} until ${until}`
  const now = systemClock.now()
  if (!isValidAt(credential, now)) {
    const cure = 'Get a new certificate: until then calls leave unsigned.'
    return { ...finding, state: 'fault', detail, cure }
  }
  if (fromOutside !== undefined) {
    const cure = 'Put the certificate of stir_certificate there, or correct stir_x5u.'
    return { ...finding, state: 'warning', detail: `${detail}; ${fromOutside}`, cure }
  }
  if (validUntilMs < now + SOON_MS) {
    const cure = 'Get a new one before: then calls will leave unsigned.'
    return { ...finding, state: 'warning', detail, cure }
  }
  return { ...finding, detail: `${detail}, and is at ${credential.certificateUrl}` }
}
