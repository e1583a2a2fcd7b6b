import { type PhoneNumber, parsePhoneNumber } from '#model'

/** As a call's `phone_number` is read; national forms are those of the United States. Throws `invalid-phone-number`. */
export function readPhoneNumber(text: string): PhoneNumber {
  return parsePhoneNumber(text, { country: 'US' })
}
