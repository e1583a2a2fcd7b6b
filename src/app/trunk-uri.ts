import { isIP } from 'node:net'
import type { Trunk } from '#model'
import { TRUNK_PARAMETERS } from './trunk-parameters.ts'

/**
 * A trunk as one line: `sip:[user:password@]host[:port][;name=value…]` with `TRUNK_PARAMETERS`, after
 * RFC 3261 section 19.1. Characters that would break the line are written as `%XX`.
 *
 * Throws an `Error` whose sentence names the part at fault, and never the password.
 */
export function parseTrunkUri(text: string, name = 'default'): Trunk {
  const match =
    /^sip:(?:([^:@;]*):([^@;]*)@)?(\[[0-9a-fA-F:.]+\]|[^:;@\s[\]]+)(?::(\d{1,5}))?((?:;[^;]+)*)$/.exec(
      text,
    )
  if (match === null) {
    throw new Error(
      'It is not of the form sip:[user:password@]host[:port][;transport=udp|tcp|tls], ' +
        'for example sip:user:password@sip.example.com:5060;transport=udp.',
    )
  }
  const [, user, password, host = '', portText, parameterText = ''] = match
  if (!URL.canParse(`http://${host}`)) throw new Error(`${host} is no host.`)
  const port = portText === undefined ? undefined : Number(portText)
  if (port !== undefined && (port < 1 || port > 65_535)) {
    throw new Error(`The port is ${portText}; it may be 1 to 65535.`)
  }
  const trunk: Trunk = {
    name,
    host: host.replace(/^\[|\]$/g, ''),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined || password === undefined
      ? {}
      : { username: unescapePart('user', user), password: unescapePart('password', password) }),
    invalidCallerId: 'decline',
    ...readParameters(parameterText),
  }
  refuseContradictions(trunk)
  return trunk
}

/** The same line, but without user and password: to be shown. */
export function describeTrunk(trunk: Trunk): string {
  const { host, port } = trunk
  const parameters = TRUNK_PARAMETERS.flatMap(({ name, write }) => {
    const value = write(trunk)
    return value === undefined ? [] : [`;${name}=${value.replace(/[%;\s]/g, encodeURIComponent)}`]
  })
  const at = isIP(host) === 6 ? `[${host}]` : host
  return `sip:${at}${port === undefined ? '' : `:${port}`}${parameters.join('')}`
}

function unescapePart(part: string, text: string): string {
  let value: string
  try {
    value = decodeURIComponent(text)
  } catch {
    throw new Error(`The ${part} has a % that begins no character; write a % itself as %25.`)
  }
  if (/[\x00-\x1f\x7f]/.test(value)) throw new Error(`The ${part} has a control character.`)
  return value
}

function readParameters(text: string): Partial<Trunk> {
  const read = new Map<string, Partial<Trunk>>()
  for (const part of text.split(';').slice(1)) {
    const equals = part.includes('=') ? part.indexOf('=') : part.length
    const [name, raw] = [part.slice(0, equals), part.slice(equals + 1)]
    const parameter = TRUNK_PARAMETERS.find((one) => one.name === name)
    if (parameter === undefined) {
      const names = TRUNK_PARAMETERS.map((one) => one.name).join(', ')
      throw new Error(`There is no parameter ${name}; there are ${names}.`)
    }
    if (read.has(name)) throw new Error(`The parameter ${name} is given twice; give it once.`)
    const value = unescapePart(`value of ${name}`, raw)
    const properties = parameter.read(value)
    if (properties === undefined) {
      throw new Error(`${name}=${value} is not possible; it may be ${parameter.may}.`)
    }
    read.set(name, properties)
  }
  return Object.assign({}, ...read.values())
}

function refuseContradictions(trunk: Trunk): void {
  const { transport, tlsCaFile, tlsCertificateFile, tlsKeyFile } = trunk
  if (trunk.registerSeconds !== undefined && trunk.username === undefined) {
    throw new Error('register needs an account; write sip:user:password@host.')
  }
  if ((tlsCertificateFile === undefined) !== (tlsKeyFile === undefined)) {
    throw new Error('tls_certificate and tls_key belong together; give both, or neither.')
  }
  refuseHalfSigning(trunk)
  const usesTls = transport === 'tls' || (transport === undefined && isLookedUp(trunk))
  if (!usesTls && (tlsCaFile ?? tlsCertificateFile) !== undefined) {
    throw new Error('tls_ca, tls_certificate and tls_key need transport=tls.')
  }
}

function refuseHalfSigning(trunk: Trunk): void {
  const { signingKeyFile, signingCertificateFile, signingCertificateUrl, attestation } = trunk
  const all = [signingKeyFile, signingCertificateFile, signingCertificateUrl, attestation]
  const given = all.filter((each) => each !== undefined).length
  if (given > 0 && given < all.length) {
    throw new Error(
      'stir_key, stir_certificate, stir_x5u and stir_attest belong together; give all, or none.',
    )
  }
  if (trunk.ownNumbers !== undefined && attestation !== 'A') {
    throw new Error('stir_numbers needs stir_attest=A: it says of which numbers that holds.')
  }
}

/** Only then may the domain name system choose the transport. */
function isLookedUp({ host, port }: Trunk): boolean {
  return port === undefined && isIP(host) === 0
}
