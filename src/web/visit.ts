import type { Clock } from '#base'
import type { WebSession } from '#calls'
import type { Client } from '#client'
import type { Role } from '#model'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** One request of somebody who has signed in: all that a page needs to know of who looks at it. */
export interface Visit {
  readonly session: WebSession
  readonly role: Role
  /** The JSON interface, asked with the rights of this session. */
  readonly client: Client
  /** The same with the rights of the installation, where the session has been joined with them. */
  readonly installation: Client | undefined
  /** IANA name: the browser's, or the account's as long as that is not known. */
  readonly zone: string
  readonly theme: Theme
  readonly url: URL
  readonly clock: Clock
}
