export { DELIVERY_SCHEDULE, type DeliverySchedule } from './delivery-policy.ts'
export { ResultLoop, type ResultLoopOptions, type ResultSettings } from './result-loop.ts'
