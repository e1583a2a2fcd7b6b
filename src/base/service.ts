/**
 * What runs: the constructor validates, `start` begins, `stop` ends it and resolves when nothing is
 * left running. `stop` may be called twice, and before `start`.
 */
export interface Service {
  start(): Promise<void>
  stop(): Promise<void>
}
