/**
 * `a=fmtp` of Opus, RFC 7587 section 6.1: what whoever says it likes to receive. Nothing of it has to be kept
 * for the other side to understand what is sent, so that what is malformed is passed over.
 */
import { OPUS_BITRATE } from '#audio'

/** What the peer likes to get. */
export interface OpusTerms {
  /** It can use what each packet repeats of the one before. */
  readonly fec: boolean
  readonly constantBitrate: boolean
  /** Bits per second, no more than ours. */
  readonly bitrate: number
  /** It plays more than the telephone band. */
  readonly isWideband: boolean
}

/** All that a peer that says nothing takes. */
export const DEFAULT_OPUS_TERMS: OpusTerms = {
  fec: false,
  constantBitrate: false,
  bitrate: OPUS_BITRATE,
  isWideband: true,
}

/** What is heard here is of telephone band, and what is played up to twice that. */
export const OUR_OPUS_PARAMETERS =
  'maxplaybackrate=8000;sprop-maxcapturerate=16000;stereo=0;useinbandfec=1'

const WIDEBAND_HZ = 16_000
/** Section 6.1: what `maxaveragebitrate` may be, at least. */
const LEAST_BITRATE = 6000

/** `parameters`: of the peer, without its payload type; empty where it sent none. */
export function parseOpusParameters(parameters: string): OpusTerms {
  const values = new Map(
    parameters.split(';').map((parameter) => {
      const [name = '', value = ''] = parameter.split('=', 2)
      return [name.trim().toLowerCase(), Number(value.trim())] as const
    }),
  )
  const most = values.get('maxaveragebitrate') ?? Number.NaN
  return {
    fec: values.get('useinbandfec') === 1,
    constantBitrate: values.get('cbr') === 1,
    bitrate: most >= LEAST_BITRATE ? Math.min(most, OPUS_BITRATE) : OPUS_BITRATE,
    isWideband: !((values.get('maxplaybackrate') ?? WIDEBAND_HZ) < WIDEBAND_HZ),
  }
}
