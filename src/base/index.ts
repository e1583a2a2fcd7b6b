export { AccountLanes } from './account-lanes.ts'
export { assert, assertNever } from './assert.ts'
export { type Clock, sleep, systemClock, type Timer } from './clock.ts'
export { type ErrorDetails, errorMessage, OutdialError } from './error.ts'
export { armFailPoint, FAIL_POINTS, type FailPoint, failPoint } from './fail-point.ts'
export {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
  type HttpMethod,
  type OutgoingRequest,
  type OutgoingResponse,
  type StreamedBody,
} from './guarded-fetch.ts'
export { localAddressTowards } from './local-address.ts'
export { createLogger, type Logger, type LogLevel, maskNumber, silentLogger } from './log.ts'
export { LookLoop, type LookLoopOptions } from './look-loop.ts'
export { type Measurements, measure, onMeasure } from './measure.ts'
export { messageLabel } from './message-label.ts'
export { nearestName } from './nearest-name.ts'
export { orderByWeight, type WeightedChoice } from './order-by-weight.ts'
export {
  type Random,
  randomFraction,
  randomHex,
  randomUint32,
  randomUuid,
  seededRandom,
  systemRandom,
} from './random.ts'
export type { Service } from './service.ts'
export { readSettingTexts, type SettingName, type SettingTexts } from './setting-texts.ts'
export { siblingModule } from './sibling-module.ts'
export { onStop, STOPS, type Stop, type TraceEvent, traceStop } from './trace.ts'
export { VirtualClock } from './virtual-clock.ts'
export { WriteGroup, type WriteGroupOptions } from './write-group.ts'
