/** What `npm run fuzz` damages the input of, by the room whose `fuzz.slow.test.ts` does it. */
export const FUZZ_TARGETS = {
  sip: [
    'sip-message',
    'sip-agent',
    'sip-call',
    'sip-stream',
    'sip-uri',
    'sip-digest',
    'sip-header',
  ],
  rtp: ['sdp', 'rtp', 'rtcp', 'telephone-event', 'srtp', 'opus', 'media-thread'],
} as const

export type FuzzedRoom = keyof typeof FUZZ_TARGETS
