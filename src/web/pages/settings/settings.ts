import type { Site } from '../../site.ts'
import { accountPage } from './account.ts'
import { accountPages } from './accounts.ts'
import { auditPage } from './audit.ts'
import { doNotCallPages } from './do-not-call.ts'
import { installationPages } from './installation.ts'
import { keyPages } from './keys.ts'
import { pacingProfilePages } from './pacing-profiles.ts'
import { schedulePages } from './schedules.ts'
import { sessionPages } from './sessions.ts'
import { trunkPages } from './trunks.ts'
import { userPages } from './users.ts'
import { webhookPages } from './webhooks.ts'

/** Everything under /settings. */
export function settingsPages(site: Site): void {
  accountPage(site)
  userPages(site)
  sessionPages(site)
  keyPages(site)
  doNotCallPages(site)
  schedulePages(site)
  pacingProfilePages(site)
  webhookPages(site)
  auditPage(site)
  installationPages(site)
  trunkPages(site)
  accountPages(site)
}
