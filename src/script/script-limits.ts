/** Bounds of one session's scripts. */
export interface ScriptLimits {
  /** Memory of one session's variables, functions and running code. */
  readonly memoryBytes: number
  /** Stack of one evaluation. */
  readonly stackBytes: number
  /** One evaluation, on the clock that was handed in, and of the thread's own processor time. */
  readonly evaluationMs: number
  /**
   * One evaluation, in polls of the interpreter (one every 200 branches and calls, about 1,000 a
   * millisecond): the bound where the clock is virtual and stands still.
   */
  readonly evaluationPolls: number
  /** Characters of one script or expression. */
  readonly sourceLength: number
  /** Characters of one value that crosses out of the sandbox, as JSON. */
  readonly valueLength: number
  /** Items of an array that a built-in method walks through. */
  readonly arrayLength: number
  /**
   * WebAssembly memory of a worker's instance, in which sessions take turns: the hard wall behind
   * `memoryBytes`, which does not count fragmentation. At least 16 MiB, of which only what is touched is
   * ever resident.
   */
  readonly heapBytes: number
}

export const DEFAULT_SCRIPT_LIMITS: ScriptLimits = {
  memoryBytes: 2 * 1024 * 1024,
  stackBytes: 256 * 1024,
  evaluationMs: 100,
  evaluationPolls: 750_000,
  sourceLength: 512 * 1024,
  valueLength: 1024 * 1024,
  arrayLength: 100_000,
  heapBytes: 32 * 1024 * 1024,
}
