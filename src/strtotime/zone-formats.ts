import { type Format, ZONE_CORRECTION, ZONE_NAME } from './format.ts'
import { quoted, refusal } from './refusal.ts'
import { readZone } from './zone-text.ts'

export const ZONE_FORMATS: readonly Format[] = [
  {
    name: 'tzcorrection | tz',
    pattern: `${ZONE_CORRECTION} | ${ZONE_NAME}`,
    read: (reader, draft) => {
      if (draft.claimZone(reader.words)) {
        draft.setZone(reader.words, readZone(reader.restAfterSpace()))
      }
    },
  },
]

/** `@1700000000`: seconds since 1970 in UTC, to which shifts are added as to any time. */
export const TIMESTAMP_FORMATS: readonly Format[] = [
  {
    name: 'timestamp | timestampms',
    pattern: '@ -? [0-9]+ (. [0-9]{0,6})?',
    read: (reader, draft) => {
      draft.hasDate = false
      draft.year = 0
      draft.month = 0
      draft.day = 0
      draft.clearTime()
      if (!draft.claimZone(reader.words)) return
      draft.year = 1970
      draft.month = 1
      draft.day = 1
      draft.setZone(reader.words, { kind: 'offset', seconds: 0 })
      const isNegative = reader.text[1] === '-'
      draft.addShift('second', reader.signedNumber(24))
      if (!reader.isAt('.')) return
      const fraction = reader.rest()
      if (fraction === '.') throw refusal(`${quoted(reader.words)} ends without a fraction`)
      draft.shift.microsecond = isNegative ? -reader.fraction() : reader.fraction()
    },
  },
]
