import { OutdialError } from '#base'
import {
  type Account,
  DestinationRuling,
  type Destinations,
  numberOrigin,
  type PhoneNumber,
  parsePhoneNumber,
} from '#model'
import { findAccountSettings, findForbiddenNumbers } from '#store'
import type { CallsContext } from './context.ts'

/**
 * Refuses numbers that the account may not call.
 *
 * @throws OutdialError `destination-not-allowed`, field `phone_number`
 */
export function destinationCheck({ destinations }: Account): (number: PhoneNumber) => void {
  if (destinations === undefined) return () => {}
  const ruling = new DestinationRuling(destinations)
  return ({ destination, country }) => {
    const { allows, detail } = ruling.verdict({ destination, country: () => country })
    if (allows) return
    throw new OutdialError(
      'destination-not-allowed',
      `phone_number is not to be called: ${detail}; send another number, or have the account’s destinations changed.`,
      { field: 'phone_number' },
    )
  }
}

/**
 * Why an account must not call a number now, whatever the call is of; undefined: it may. `number`: E.164, or
 * whatever else a trunk may take: of that we cannot say where it leads unless it is a number of `country`, and
 * an account whose destinations are limited must not call it. Rejects `store-…`.
 */
export async function findNumberObjection(
  { db }: Pick<CallsContext, 'db'>,
  { accountId, number, country }: { accountId: number; number: string; country: string },
): Promise<string | undefined> {
  const destination = readNumber(number, country)
  const asked = destination ?? number
  if ((await findForbiddenNumbers(db, [{ accountId, destination: asked }])).length > 0) {
    return 'the number is on the account’s do-not-call list'
  }
  const destinations = (await findAccountSettings(db, accountId))?.destinations
  return destinations && destinationObjection(destinations, destination)
}

function destinationObjection(
  destinations: Destinations,
  destination: string | undefined,
): string | undefined {
  if (destination === undefined) {
    return 'the account’s destinations are limited, and where it leads is not known'
  }
  const country = (): string => numberOrigin(destination).country
  const { allows, detail } = new DestinationRuling(destinations).verdict({ destination, country })
  return allows ? undefined : detail
}

function readNumber(number: string, country: string): string | undefined {
  try {
    return parsePhoneNumber(number, { country }).destination
  } catch (error) {
    if (error instanceof OutdialError && error.code === 'invalid-phone-number') return undefined
    throw error
  }
}
