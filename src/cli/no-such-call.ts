import { OutdialError } from '#base'

export function noSuchCall(callId: number): OutdialError {
  return new OutdialError('call-not-found', `There is no call ${callId}; check its number.`)
}
