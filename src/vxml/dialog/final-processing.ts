import { VxmlEvent } from '../events/vxml-event.ts'
import type { FormVisit } from './form-visit.ts'
import type { Leaving } from './leaving.ts'

/** The caller is gone: the final processing state begins (section 1.5.4). */
export function hungUp(visit: FormVisit): VxmlEvent {
  visit.interpreter.disconnected ??= 'hangup'
  return new VxmlEvent('connection.disconnect.hangup', 'The caller has hung up.')
}

/** "The VoiceXML interpreter must exit if the application attempts to enter the waiting state." */
export function finalExit(visit: FormVisit): Leaving {
  return { kind: 'exit', reason: visit.interpreter.disconnected ?? 'hangup' }
}
