/** What an `OutdialError` may say besides its sentence. */
export interface ErrorDetails {
  /** The field of the request or the setting at fault, in the words of whoever sent it. */
  readonly field?: string
  /** True where the same request may succeed later, unchanged. */
  readonly temporary?: boolean
  readonly cause?: unknown
}

/**
 * The base of every error that leaves a room. `code` is stable, kebab-case, and has its line in
 * `docs/reference/errors.md`; `message` is a sentence that says what is wrong and how to mend it.
 */
export class OutdialError extends Error {
  readonly code: string
  readonly field: string | undefined
  readonly temporary: boolean

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.code = code
    this.field = details.field
    this.temporary = details.temporary ?? false
  }
}

/** The sentence of anything that was thrown. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
