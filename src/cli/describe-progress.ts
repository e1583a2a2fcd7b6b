import type { CallDescription } from '#app'

/** One line on how a call stands, for people. */
export function describeProgress(call: CallDescription): string {
  const made = call.attempts.length
  switch (call.state) {
    case 'queued':
      return made === 0
        ? 'waiting for a line'
        : `${lastEnding(call)}; next try at ${when(call.dueAt)}`
    case 'claimed':
      return 'has a line'
    case 'dialing':
      return call.attempts.at(-1)?.ringingAt === undefined
        ? `attempt ${made}: dialing`
        : `attempt ${made}: ringing`
    case 'answered':
      return `attempt ${made}: answered, in conversation`
    case 'ended':
      return `ended: ${call.outcome} (${call.cause}), ${call.durationSeconds} s connected${exit(call)}`
  }
}

function lastEnding(call: CallDescription): string {
  const last = call.attempts.at(-1)
  return `attempt ${call.attempts.length}: ${last?.outcome} (${last?.cause})`
}

function exit({ exitValue }: CallDescription): string {
  return exitValue === undefined ? '' : `, exit ${exitValue}`
}

/** By the clock on the wall of whoever reads it. */
function when(moment: Date): string {
  return moment.toTimeString().slice(0, 8)
}
