import type { Operation } from './operation.ts'
import { ACCOUNT_OPERATIONS } from './operations/account.ts'
import { AUDIT_OPERATIONS } from './operations/audit-log.ts'
import { CALL_OPERATIONS } from './operations/calls.ts'
import { CAMPAIGN_OPERATIONS } from './operations/campaigns.ts'
import { DIALOGUE_OPERATIONS } from './operations/dialogues.ts'
import { DO_NOT_CALL_OPERATIONS } from './operations/do-not-call.ts'
import { EVENT_OPERATIONS } from './operations/events.ts'
import { EXPORT_OPERATIONS } from './operations/exports.ts'
import { INSTALLATION_OPERATIONS } from './operations/installation.ts'
import { KEY_OPERATIONS } from './operations/keys.ts'
import { LIST_CHECK_OPERATIONS } from './operations/list-checks.ts'
import { OVERVIEW_OPERATIONS } from './operations/overview.ts'
import { PREVIEW_OPERATIONS } from './operations/preview.ts'
import { PROFILE_OPERATIONS } from './operations/profiles.ts'
import { RESULT_OPERATIONS } from './operations/results.ts'
import { SESSION_OPERATIONS } from './operations/sessions.ts'
import { STATISTICS_OPERATIONS } from './operations/statistics.ts'
import { UPLOAD_OPERATIONS } from './operations/uploads.ts'
import { USER_OPERATIONS } from './operations/users.ts'

/**
 * Everything that may be asked for. From this table come the routes, what is checked of a request, the OpenAPI
 * document, and the contract test.
 */
export const OPERATIONS: readonly Operation[] = [
  ...OVERVIEW_OPERATIONS,
  ...CALL_OPERATIONS,
  ...EXPORT_OPERATIONS,
  ...CAMPAIGN_OPERATIONS,
  ...STATISTICS_OPERATIONS,
  ...UPLOAD_OPERATIONS,
  ...PREVIEW_OPERATIONS,
  ...LIST_CHECK_OPERATIONS,
  ...PROFILE_OPERATIONS,
  ...DO_NOT_CALL_OPERATIONS,
  ...DIALOGUE_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...RESULT_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...KEY_OPERATIONS,
  ...USER_OPERATIONS,
  ...SESSION_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...INSTALLATION_OPERATIONS,
]
