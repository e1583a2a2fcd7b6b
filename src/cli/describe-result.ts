import type { ListedResult, Result } from '#client'

/** A result or an event, in a line. */
export function describeResultLine(result: ListedResult): string {
  const { id, call_id: callId, url, state, why, tries, next_try_at: dueAt } = result
  const told = state === 'pending' ? `pending, due ${dueAt}` : (why ?? state)
  const tried = tries === 1 ? '1 try' : `${tries} tries`
  return `${id}  call ${callId}  ${told}  ${tried}  ${url}`
}

/** The same, what is posted, and a line for each try. */
export function describeResultTries(result: Result): string {
  const tries = result.history.map((made) => {
    const answer =
      made.http_status === undefined ? (made.error ?? 'no answer') : `HTTP ${made.http_status}`
    const said = made.reply === undefined ? '' : `: ${printable(made.reply)}`
    return `  try ${made.try}  ${made.tried_at}  ${made.duration_ms} ms  ${answer}${said}`
  })
  return [describeResultLine(result), `  ${printable(result.body)}`, ...tries].join('\n')
}

/** What a receiver says shall not move the cursor of who reads it. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim()
}
