import { numberOrigin } from '#model'

/** Where its clock can be known from the number, and is one: the zone of the callee. */
export function zoneOfNumber(destination: string): string | undefined {
  const { timeZones } = numberOrigin(destination)
  return timeZones.length === 1 ? timeZones[0] : undefined
}
