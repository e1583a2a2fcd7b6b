import type { FetchFailure } from '../platform.ts'

/** What a fetch rejects with where there is no answer at all. */
export function fetchFailure(
  reason: FetchFailure['reason'],
  message: string,
): FetchFailure & Error {
  return Object.assign(new Error(message), { reason })
}
