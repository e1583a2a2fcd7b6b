import { OutdialError } from '#base'
import { type CallRecordingRecord, findCallRecordings, findCallStanding } from '#store'
import type { CallsContext } from './context.ts'
import { callNotFound } from './describe-call.ts'

interface RecordedCall {
  readonly callId: number
  readonly accountId: number
}

/**
 * A call's recordings, by attempt: where they are, or why there is none of one that was to be recorded.
 *
 * @throws OutdialError `call-not-found`
 */
export async function callRecordings(
  { db }: CallsContext,
  call: RecordedCall,
): Promise<CallRecordingRecord[]> {
  const recordings = await findCallRecordings(db, call)
  // A recording may outlive its call.
  if (recordings.length > 0 || (await findCallStanding(db, call)) !== undefined) return recordings
  throw callNotFound(call.callId)
}

/** @throws OutdialError `call-not-found`, `recording-not-found` */
export async function callRecording(
  context: CallsContext,
  { attempt, ...call }: RecordedCall & { readonly attempt: number },
): Promise<CallRecordingRecord> {
  const all = await callRecordings(context, call)
  const found = all.find((one) => one.attempt === attempt)
  if (found?.name !== undefined) return found
  const why = found?.fault === undefined ? '' : ` It could not be stored: ${found.fault}`
  const sentence = `There is no recording of attempt ${attempt} of call ${call.callId}.${why}`
  throw new OutdialError('recording-not-found', sentence)
}
