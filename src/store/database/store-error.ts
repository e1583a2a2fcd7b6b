import pg from 'pg'
import { errorMessage, OutdialError } from '#base'

/**
 * SQLSTATE classes and codes that say "not now" rather than "never": connection lost, resources used
 * up (disk, memory, connections), shutting down or starting, I/O errors, rolled back by a conflict.
 */
const TEMPORARY = /^(08|40|53|57|58)|^25006$/
/** Role, password or database do not exist, or are not for us. */
const REFUSED = /^(28|3D)/
/** U+0000, which PostgreSQL's text cannot hold. */
const NOT_STORABLE = /^(22021|22P05)$/
/** What the driver says in words only. */
const LOST_CONNECTION =
  /connection terminated|connection ended|not queryable|timeout|after calling end on the pool/i

/** True where the connection is gone, or cannot be made: the server did not answer in SQL. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(08|57P|25P03)/.test(error.code ?? '')
  if (!(error instanceof Error) || error instanceof OutdialError) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return /^E[A-Z]+$/.test(code) || LOST_CONNECTION.test(error.message)
}

/** The error as it leaves the store: outages with their code, mistakes in SQL as they are. */
export function storeError(error: unknown): unknown {
  const state = error instanceof pg.DatabaseError ? (error.code ?? '') : ''
  if (isUnreachable(error) || TEMPORARY.test(state)) {
    return new OutdialError(
      'store-unavailable',
      `The database cannot be used just now (${describe(error)}). Try again.`,
      { temporary: true, cause: error },
    )
  }
  if (REFUSED.test(state)) {
    return new OutdialError(
      'store-refused',
      `The database refuses us (${describe(error)}). Check DATABASE_URL: user, password, database.`,
      { cause: error },
    )
  }
  if (NOT_STORABLE.test(state)) {
    return new OutdialError('text-not-storable', 'A text has the character U+0000; remove it.', {
      cause: error,
    })
  }
  return error
}

/** The connection broke between COMMIT and its answer. */
export function commitUnknown(cause: unknown): OutdialError {
  return new OutdialError(
    'store-commit-unknown',
    'The connection to the database broke while the change was being stored: it may or may not be.',
    { temporary: true, cause },
  )
}

/** An AggregateError (one a host address) has no words of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(errorMessage).join('; ')
  return errorMessage(error)
}
