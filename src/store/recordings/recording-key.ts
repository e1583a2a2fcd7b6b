export interface RecordingKey {
  readonly accountId: number
  readonly callId: number
  readonly attempt: number
}

export function recordingParams({ accountId, callId, attempt }: RecordingKey): number[] {
  return [accountId, callId, attempt]
}
