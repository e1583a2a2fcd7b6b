import type { StartScope } from './allocate-starts.ts'
import type { DispatchVerdict } from './dispatch-verdict.ts'

/** One of the limits that a call must keep to, by the name that people know it by. */
export interface NamedScope extends StartScope {
  readonly name: string
}

export interface CallLimits {
  /** Installation, account, campaign: all of them must have room. */
  readonly scopes: readonly NamedScope[]
  /** One of them must have room. */
  readonly trunks: readonly NamedScope[]
}

/** Whether a line is free for a call, and whether the rates have a time for it, at `now`. */
export function limitVerdicts({ scopes, trunks }: CallLimits, now: Date): DispatchVerdict[] {
  return [linesVerdict(scopes, trunks), pacingVerdict(scopes, trunks, now)]
}

function linesVerdict(
  scopes: readonly NamedScope[],
  trunks: readonly NamedScope[],
): DispatchVerdict {
  const rule = 'lines'
  if (trunks.length === 0) return { rule, allows: false, detail: 'there is no trunk' }
  const full = scopes.filter(isFull)
  const wayOut = trunks.find((trunk) => !isFull(trunk))
  const objections = [...full, ...(wayOut === undefined ? trunks : [])].map(
    ({ name, lines, inUse }) => `${name} has ${inUse} of ${lines} lines in use`,
  )
  if (objections.length > 0) return { rule, allows: false, detail: objections.join(', ') }
  return { rule, allows: true, detail: `a line is free, on ${wayOut?.name}` }
}

function pacingVerdict(
  scopes: readonly NamedScope[],
  trunks: readonly NamedScope[],
  now: Date,
): DispatchVerdict {
  const rule = 'pacing'
  const soonest = trunks.toSorted((one, other) => nextStart(one) - nextStart(other)).slice(0, 1)
  const last = [...scopes, ...soonest].toSorted(
    (one, other) => nextStart(other) - nextStart(one),
  )[0]
  const notBefore = new Date(Math.ceil(last === undefined ? 0 : nextStart(last)))
  if (last === undefined || notBefore <= now) {
    return { rule, allows: true, detail: 'no rate is in its way' }
  }
  const detail = `${last.name} starts ${last.callsPerSecond} calls a second; its next free time`
  return { rule, allows: false, notBefore, detail }
}

function isFull({ lines, inUse }: StartScope): boolean {
  return lines !== undefined && inUse >= lines
}

/** Without a rate a scope keeps no times. */
function nextStart({ callsPerSecond, nextStartAt }: StartScope): number {
  return callsPerSecond === undefined ? 0 : (nextStartAt ?? 0)
}
