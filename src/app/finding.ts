import { errorMessage } from '#base'

/** One thing that was looked at. `cure` says how to mend it, where it is not well. */
export interface Finding {
  readonly what: string
  readonly state: 'ok' | 'warning' | 'fault'
  readonly detail: string
  readonly cure?: string
}

export function fault(what: string, error: unknown, cure: string): Finding {
  return { what, state: 'fault', detail: errorMessage(error), cure }
}
