import { OutdialError } from '#base'
import type { Place } from './grammar.ts'

export type GrammarErrorCode =
  | 'grammar-syntax'
  | 'grammar-unsupported'
  | 'grammar-undefined-rule'
  | 'grammar-mode-mismatch'
  | 'grammar-media-type'
  | 'grammar-fetch'
  | 'grammar-builtin'
  | 'grammar-too-complex'

/** `line` and `column` count from 1; 0 where the place is not known. */
export class GrammarError extends OutdialError {
  readonly line: number
  readonly column: number
  /** The grammar that the place is in; `''` where it is not known. */
  readonly uri: string

  constructor(code: GrammarErrorCode, message: string, place?: Place, uri = '') {
    super(code, message)
    this.line = place?.line ?? 0
    this.column = place?.column ?? 0
    this.uri = uri
  }

  /** The same, told in which grammar it is; what is known already stays. */
  within(uri: string, place?: Place): GrammarError {
    if (this.uri !== '') return this
    const known = this.line > 0 ? this : place
    return new GrammarError(this.code as GrammarErrorCode, this.message, known, uri)
  }
}

/** An error whose sentence names the place. */
export function faultAt(
  place: Place,
  message: string,
  code: GrammarErrorCode = 'grammar-syntax',
): GrammarError {
  const { line, column } = place
  return new GrammarError(code, `${message} (line ${line}, column ${column}).`, { line, column })
}
