/**
 * What a `datetime-local` field holds, a date and a time on the visitor's clock, as RFC 3339. Anything else is
 * handed on as it is: whoever is asked for it says what is wrong with it. Of a time that the clock shows twice it
 * is the first.
 */
export function readZonedTime(text: string, zone: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return text
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant().toString()
  } catch {
    return text
  }
}
