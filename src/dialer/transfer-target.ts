import { isIP } from 'node:net'
import { OutdialError } from '#base'
import { dialledNumber, parsePhoneNumber, type Trunk } from '#model'
import type { TransferEnd } from '#vxml'

/** Whom a transfer leads to. */
export interface TransferTarget {
  /** E.164, or the user part of a sip: URI. */
  readonly number: string
  /** Pressed after the answer. */
  readonly postDial?: string
}

/**
 * The `dest` of a `<transfer>`: a phone number in a form of `phone_number`, `tel:` with the same
 * parameters, or `sip:user@host` where the host is a trunk's. Else the result that the attempt has.
 */
export function readTransferTarget(
  dest: string,
  country: string,
  trunks: readonly Trunk[],
): TransferTarget | TransferEnd['result'] {
  const sip = /^sips?:([^@;?:]+)(?::[^@]*)?@(\[[^\]]*\]|[^;?:]+)/i.exec(dest)
  if (/^sips?:/i.test(dest)) {
    const user = unescapeUser(sip?.[1] ?? '')
    const host = sip?.[2] ?? ''
    if (user === undefined || user === '') return 'bad-destination'
    // Calls leave by trunks only, which cost what they cost and are limited as they are.
    const isOurs = trunks.some((trunk) => trunk.host === host.replace(/^\[|\]$/g, ''))
    return isOurs ? { number: user } : 'not-authorized'
  }
  try {
    const { destination, postDial } = parsePhoneNumber(dest, { country })
    return { number: destination, ...(postDial === undefined ? {} : { postDial }) }
  } catch (error) {
    if (error instanceof OutdialError && error.code === 'invalid-phone-number') {
      return 'bad-destination'
    }
    throw error
  }
}

function unescapeUser(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The target as the far end of a call on that trunk can call it: for REFER. */
export function referredUri({ number }: TransferTarget, trunk: Trunk): string {
  const { host, port } = trunk
  const at = isIP(host) === 6 ? `[${host}]` : host
  const user = encodeURIComponent(dialledNumber(number, trunk)).replaceAll('%2B', '+')
  return `sip:${user}@${at}${port === undefined || port === 5060 ? '' : `:${port}`}`
}
