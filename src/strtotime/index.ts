export { LONGEST_TIME_TEXT, strtotime, type TimeReference } from './strtotime.ts'
