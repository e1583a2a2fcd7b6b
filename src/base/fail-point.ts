/**
 * Places where a test may kill the process, to prove what a restart makes of it. The letters are the
 * crash points of `docs/call-states.md`. Nothing is armed unless `armFailPoint` was called at start.
 */
export const FAIL_POINTS = [
  'a-list-half-written',
  'a-before-api-commit',
  'b-after-api-commit',
  'c-claimed',
  'd-intent-committed',
  'd-invite-sent',
  'd-failover-committed',
  'e-ringing',
  'f-answered',
  'f-second-answered',
  'g-bye-sent',
  'h-result-stored',
  'i-result-posted',
] as const

export type FailPoint = (typeof FAIL_POINTS)[number]

let armed: FailPoint | undefined

export function armFailPoint(point: FailPoint): void {
  armed = point
}

/** Kills the process, without any clean-up, where `point` is the armed one. */
export function failPoint(point: FailPoint): void {
  if (armed === point) process.kill(process.pid, 'SIGKILL')
}
