export { type AttemptSignals, AttemptStop, type StopReason } from './attempt-stop.ts'
export type { Dialer, DialerSettings, SecondLine } from './dialer.ts'
export { type Fetcher, fetchForSession } from './fetch-for-session.ts'
export type { OutgoingLine } from './prepare-call.ts'
export { recoverAttempt } from './recover-attempt.ts'
export { runAttempt } from './run-attempt.ts'
export {
  type HostedSession,
  type SessionHost,
  SessionWorkers,
  type SessionWorkersOptions,
} from './session-host.ts'
export { CallTraces, type KeptAttempt, type TraceMode } from './trace/call-traces.ts'
export { TrunkWatch, type TrunkWatchOptions, trunkEndpoint } from './trunk-watch.ts'
