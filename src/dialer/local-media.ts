import { randomUint32 } from '#base'
import type { Trunk } from '#model'
import { type LocalMedia, type MediaStream, srtpKeys } from '#rtp'
import type { Dialer } from './dialer.ts'

/** What a call on this trunk offers for its audio, with SRTP keys of its own where the trunk wants them. */
export function localMediaFor(
  { random }: Pick<Dialer, 'random'>,
  { codecs = ['PCMU', 'PCMA'], srtp = 'off' }: Trunk,
  { address }: Pick<MediaStream, 'address'>,
): LocalMedia {
  const sessionId = randomUint32(random)
  const keys = srtpKeys(srtp, random)
  return { address, codecs, sessionId, ...(keys.length === 0 ? {} : { srtp: keys }) }
}
