import { OutdialError } from '#base'
import { OutdialApiError } from '#client'

/** Whether what a server did, or did not, may be otherwise when it is asked again. */
export function passes(error: unknown): boolean {
  if (error instanceof OutdialError) return error.temporary
  return error instanceof OutdialApiError && (error.status >= 500 || error.status === 429)
}
