import { callerNumber } from './dialled-number.ts'
import type { AttestationLevel, Trunk } from './trunk.ts'

/** What is vouched for of one call, RFC 8588. */
export interface CallerAttestation {
  readonly level: AttestationLevel
  /** Canonical numbers, RFC 8224 §8.3: E.164 without the plus. */
  readonly caller: string
  readonly callee: string
}

/**
 * What a trunk's operator vouches for when `callerId` calls `destination`, before either is put into the
 * trunk's form. Undefined where nothing is signed: the trunk has no key, one of the two is no number of
 * the world's, or the trunk is told nothing of who calls.
 *
 * RFC 8224 §6.1, steps 1 and 2: a client of the API may write any caller ID, so `A` is kept for numbers
 * that the operator has named; of others only the caller is known.
 */
export function attestCaller(
  trunk: Trunk,
  destination: string,
  callerId: string | undefined,
): CallerAttestation | undefined {
  const { attestation, withholdsCallerId = false, assertsIdentity = true } = trunk
  if (attestation === undefined || callerId === undefined) return undefined
  if (withholdsCallerId && !assertsIdentity) return undefined
  const caller = callerNumber(callerId, trunk)
  if (caller === undefined || !/^\+\d+$/.test(destination)) return undefined
  const level = attestation === 'A' && !isOwn(trunk, caller) ? 'B' : attestation
  return { level, caller: caller.slice(1), callee: destination.slice(1) }
}

function isOwn(trunk: Trunk, number: string): boolean {
  const { callerId, ownNumbers = [] } = trunk
  if (callerId !== undefined && callerNumber(callerId, trunk) === number) return true
  return ownNumbers.some((beginning) => number.startsWith(beginning))
}
