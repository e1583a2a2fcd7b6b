import type { CallsContext } from './context.ts'

/** What is not there, or shall not be there any more, is not checked. */
export interface GivenUrls {
  readonly startUrl?: string | null | undefined
  readonly resultUrl?: string | null | undefined
  readonly eventsUrl?: string | null | undefined
}

/** All at once; of those that fail, the first is told. */
export async function checkUrls(
  { checkUrls: check }: CallsContext,
  { startUrl, resultUrl, eventsUrl }: GivenUrls,
): Promise<void> {
  const checks: Promise<void>[] = []
  if (typeof startUrl === 'string') checks.push(check.startUrl(startUrl))
  if (typeof resultUrl === 'string') checks.push(check.resultUrl(resultUrl))
  if (typeof eventsUrl === 'string') checks.push(check.resultUrl(eventsUrl, 'events_url'))
  for (const result of await Promise.allSettled(checks)) {
    if (result.status === 'rejected') throw result.reason
  }
}
