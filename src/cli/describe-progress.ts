import type { Call } from '#client'

/** One line on how a call stands, for people. */
export function describeProgress(call: Call): string {
  const made = call.attempts.length
  switch (call.state) {
    case 'queued':
      return made === 0
        ? 'waiting for a line'
        : `${lastEnding(call)}; next try at ${when(call.due_at ?? '')}`
    case 'claimed':
      return 'has a line'
    case 'dialing':
      return call.attempts.at(-1)?.ringing_at === undefined
        ? `attempt ${made}: dialing`
        : `attempt ${made}: ringing`
    case 'answered':
      return `attempt ${made}: answered, in conversation`
    case 'ended':
      return `ended: ${call.outcome} (${call.cause}), ${call.duration} s connected${exit(call)}`
  }
}

function lastEnding(call: Call): string {
  const last = call.attempts.at(-1)
  return `attempt ${call.attempts.length}: ${last?.outcome} (${last?.cause})`
}

function exit({ exit: value }: Call): string {
  return value === undefined ? '' : `, exit ${value}`
}

/** By the clock on the wall of whoever reads it. */
function when(moment: string): string {
  return new Date(moment).toTimeString().slice(0, 8)
}
