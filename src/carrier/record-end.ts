import { errorMessage } from '#base'
import type { EndedBy } from './carrier-events.ts'
import type { Hearing } from './ear.ts'
import type { Network, Visit } from './network.ts'

/** Closes a call's record: what was heard is written first, so that the last event means it is there. */
export async function endRecord(
  network: Network,
  { record, dials }: Visit,
  endedBy: EndedBy,
  hearing?: Hearing,
): Promise<void> {
  record.endedAt = network.clock.monotonic()
  if (hearing !== undefined) {
    record.heardMs = hearing.audibleMs
    if (hearing.firstHeardAt !== undefined) record.firstHeardAt = hearing.firstHeardAt
    try {
      const file = await network.journal?.writeWav(record.number, dials, hearing.samples)
      if (file !== undefined) record.wavFile = file
    } catch (thrown) {
      network.log.error('carrier-recording-lost', { reason: errorMessage(thrown) })
    }
  }
  record.endedBy = endedBy
  const { heardMs, wavFile } = record
  network.note(record, {
    kind: 'ended',
    endedBy,
    heardMs,
    ...(wavFile !== undefined && { wavFile }),
  })
}
