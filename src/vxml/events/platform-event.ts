/** What the platform throws besides, of what happens on the line. */
export const PLATFORM_EVENTS = ['outdial:beep', 'outdial:calleetype'] as const

export type PlatformEvent = (typeof PLATFORM_EVENTS)[number]

export const BEEP_OVER = {
  ...({ kind: 'event', event: 'outdial:beep' } as const),
  message: 'The beep is over.',
}

export const CALLEE_TYPE_KNOWN = {
  ...({ kind: 'event', event: 'outdial:calleetype' } as const),
  message: 'It is known who or what answered.',
}
