import type { CallsContext } from './context.ts'

/** What is not there, or shall not be there any more, is not checked. */
export interface GivenUrls {
  readonly startUrl?: string | null | undefined
  readonly resultUrl?: string | null | undefined
}

/** Both at once; where both fail, start_url is the one that is told. */
export async function checkUrls(
  { checkUrls: check }: CallsContext,
  { startUrl, resultUrl }: GivenUrls,
): Promise<void> {
  const checks: Promise<void>[] = []
  if (typeof startUrl === 'string') checks.push(check.startUrl(startUrl))
  if (typeof resultUrl === 'string') checks.push(check.resultUrl(resultUrl))
  for (const result of await Promise.allSettled(checks)) {
    if (result.status === 'rejected') throw result.reason
  }
}
