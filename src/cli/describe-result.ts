import type { ResultDescription, ResultRow } from '#app'

/** A result or an event, in a line. */
export function describeResultLine(result: ResultRow): string {
  const { webhookId, callId, url, state, why, tries, dueAt } = result
  const told = state === 'pending' ? `pending, due ${dueAt.toISOString()}` : (why ?? state)
  const tried = tries === 1 ? '1 try' : `${tries} tries`
  return `${webhookId}  call ${callId}  ${told}  ${tried}  ${url}`
}

/** The same, what is posted, and a line for each try. */
export function describeResultTries(result: ResultDescription): string {
  const tries = result.history.map(
    ({ try: number, triedAt, httpStatus, error, reply, durationMs }) => {
      const answer = httpStatus === undefined ? (error ?? 'no answer') : `HTTP ${httpStatus}`
      const said = reply === undefined ? '' : `: ${printable(reply)}`
      return `  try ${number}  ${triedAt.toISOString()}  ${durationMs} ms  ${answer}${said}`
    },
  )
  return [describeResultLine(result), `  ${printable(result.body)}`, ...tries].join('\n')
}

/** What a receiver says shall not move the cursor of who reads it. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim()
}
