import { OutdialError } from '#base'
import { type Account, isKnownCountry, isTimeZone } from '#model'
import { insertAccount } from '#store'
import type { CallsContext } from './context.ts'
import { hashPin } from './pin-hash.ts'
import { addWebhookSecret } from './webhook-secrets.ts'

export interface NewAccount {
  /** 1–128 characters. */
  readonly login: string
  /** 1–16 characters. */
  readonly pin: string
  /** IANA name; default UTC. */
  readonly timeZone?: string
  /** ISO 3166 alpha-2; default that of the settings. */
  readonly country?: string
}

/** @throws OutdialError `account-exists`, `account-invalid` */
export async function addAccount(context: CallsContext, account: NewAccount): Promise<Account> {
  const { login, pin, timeZone = 'UTC', country = context.settings.defaultCountry } = account
  refuseBadLength('login', login, 128)
  refuseBadPin(pin)
  if (!isTimeZone(timeZone)) {
    throw invalid('time_zone', 'The time zone is unknown; give an IANA name like America/New_York.')
  }
  if (!isKnownCountry(country)) {
    throw invalid('country', 'The country is unknown; give two capital letters like US.')
  }
  const pinHash = await hashPin(pin, context.random)
  const inserted = await context.db.transaction(async (tx) => {
    const made = await insertAccount(tx, { login, pinHash, timeZone, country })
    if (made !== undefined) await addWebhookSecret(tx, context.random, made)
    return made
  })
  if (inserted !== undefined) return inserted
  throw new OutdialError(
    'account-exists',
    'An account of this login exists; choose another login.',
    {
      field: 'login',
    },
  )
}

/** @throws OutdialError `account-invalid` */
export function refuseBadPin(pin: string): void {
  refuseBadLength('pin', pin, 16)
}

function refuseBadLength(field: string, value: string, longest: number): void {
  const { length } = [...value]
  if (length >= 1 && length <= longest && !value.includes('\0')) return
  throw invalid(field, `The ${field} must have 1 to ${longest} characters.`)
}

function invalid(field: string, sentence: string): OutdialError {
  return new OutdialError('account-invalid', sentence, { field })
}
