/** For programmer mistakes only: what a user or a peer may send is answered, not asserted. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`)
}

/** For the `default` of a switch that has all cases: a new member of the union then fails to compile. */
export function assertNever(value: never): never {
  throw new Error(`Assertion failed: unexpected ${JSON.stringify(value)}`)
}
