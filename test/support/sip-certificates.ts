import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  readonly certificate: string
  readonly key: string
}

/** An authority of its own for one test file, by openssl. */
export class CertificateAuthority {
  readonly ca: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'outdial-ca-'))

  constructor() {
    const { certificate } = this.#make('ca', ['-addext', 'basicConstraints=critical,CA:TRUE'])
    this.ca = certificate
  }

  /** `names` as in subjectAltName: `DNS:trunk.example`, `IP:127.0.0.1`. */
  issue(name: string, names: string, days = 2): Certificate {
    const signed = ['-CA', this.#path('ca.pem'), '-CAkey', this.#path('ca.key')]
    return this.#make(name, [...signed, '-addext', `subjectAltName=${names}`], days)
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #make(name: string, more: readonly string[], days = 2): Certificate {
    const [certificate, key] = [this.#path(`${name}.pem`), this.#path(`${name}.key`)]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const files = [
      '-subj',
      `/CN=${name}`,
      '-days',
      String(days),
      '-keyout',
      key,
      '-out',
      certificate,
    ]
    execFileSync('openssl', ['req', '-x509', ...curve, ...files, ...more], { stdio: 'ignore' })
    return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
  }

  #path(file: string): string {
    return join(this.#folder, file)
  }
}
