import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An Identity value taken apart, the JSON as it was signed. */
export interface Passport {
  readonly header: string
  readonly payload: string
  /** As written after the PASSporT: `info`, `alg`, `ppt`. */
  readonly parameters: string
}

/** Reads an Identity value and has openssl check its signature with the certificate. Throws where it is wrong. */
export function verifyPassport(identity: string, certificate: string): Passport {
  const match = /^([\w-]+)\.([\w-]+)\.([\w-]+);(.*)$/.exec(identity)
  if (match === null) throw new Error(`No full PASSporT: ${identity}`)
  const [, header = '', payload = '', signature = '', parameters = ''] = match
  const folder = mkdtempSync(join(tmpdir(), 'outdial-passport-'))
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  try {
    const x509 = ['x509', '-pubkey', '-noout', '-in', file('certificate.pem', certificate)]
    const key = file('key.pem', execFileSync('openssl', x509))
    const bytes = file('signature.der', derSignature(Buffer.from(signature, 'base64url')))
    const signed = file('signed', `${header}.${payload}`)
    execFileSync('openssl', ['dgst', '-sha256', '-verify', key, '-signature', bytes, signed], {
      stdio: 'pipe',
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
  return { header: decode(header), payload: decode(payload), parameters }
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8')
}

/** RFC 3279 §2.2.3: the two integers of RFC 7518 §3.4 as openssl reads them. */
function derSignature(raw: Buffer): Buffer {
  if (raw.length !== 64) throw new Error(`An ES256 signature has 64 octets, not ${raw.length}.`)
  const integers = Buffer.concat([derInteger(raw.subarray(0, 32)), derInteger(raw.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers])
}

function derInteger(bytes: Buffer): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const significant = bytes.subarray(start)
  const padding = (significant[0] ?? 0) >= 0x80 ? [0] : []
  return Buffer.from([0x02, significant.length + padding.length, ...padding, ...significant])
}
