import { OutdialError } from '#base'

/** Bytes from the network that break the grammar; `offset` counts from where the parser began. */
export class SipParseError extends OutdialError {
  readonly offset: number

  constructor(code: ParseErrorCode, message: string, offset: number) {
    super(code, `${message} (at ${offset})`)
    this.offset = offset
  }
}

export type ParseErrorCode =
  | 'sip-message-too-large'
  | 'sip-message-incomplete'
  | 'sip-invalid-start-line'
  | 'sip-invalid-header'
  | 'sip-too-many-headers'
  | 'sip-line-too-long'
  | 'sip-invalid-content-length'
  | 'sip-invalid-uri'
