import { OutdialError } from '#base'

export type XmlErrorCode =
  | 'xml-not-well-formed'
  | 'xml-encoding'
  | 'xml-entity'
  | 'xml-too-large'
  | 'xml-too-deep'
  | 'xml-too-many-attributes'

/** `line` and `column` count from 1, in characters of the decoded document. */
export class XmlError extends OutdialError {
  readonly line: number
  readonly column: number

  constructor(code: XmlErrorCode, message: string, line: number, column: number) {
    super(code, `${message} (line ${line}, column ${column}).`)
    this.line = line
    this.column = column
  }
}
