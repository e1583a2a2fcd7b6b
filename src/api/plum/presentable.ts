import { errorMessage, OutdialError } from '#base'
import type { CallsContext } from '#calls'

/** What is no one's fault but ours is logged, and told without its particulars. */
export function presentable({ log }: CallsContext, what: string, error: unknown): OutdialError {
  if (error instanceof OutdialError) return error
  log.error('request failed', { request: what, error: errorMessage(error) })
  return new OutdialError('internal', 'The server failed; try again, and tell its operator.', {
    temporary: true,
    cause: error,
  })
}
