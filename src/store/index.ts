export { type AccountUsage, findAccountUsage } from './account-usage/find-account-usage.ts'
export { pruneAccountUsage } from './account-usage/prune-account-usage.ts'
export { countAccounts } from './accounts/count-accounts.ts'
export { findAccount } from './accounts/find-account.ts'
export { type AccountWithPin, findAccountByLogin } from './accounts/find-account-by-login.ts'
export { type AccountSettings, findAccountSettings } from './accounts/find-account-settings.ts'
export { holdAccount } from './accounts/hold-account.ts'
export { insertAccount, type NewAccount } from './accounts/insert-account.ts'
export { listAccounts } from './accounts/list-accounts.ts'
export { updateAccountSettings } from './accounts/update-account-settings.ts'
export { updatePinHash } from './accounts/update-pin-hash.ts'
export type { ApiKey } from './api-keys/api-key-columns.ts'
export { deleteApiKey } from './api-keys/delete-api-key.ts'
export { type ApiKeyWithAccount, findApiKey } from './api-keys/find-api-key.ts'
export { insertApiKey } from './api-keys/insert-api-key.ts'
export { listApiKeys } from './api-keys/list-api-keys.ts'
export type { AttemptKey } from './attempts/attempt-key.ts'
export { clearSecondLeg } from './attempts/clear-second-leg.ts'
export { type AttemptEndings, countAttemptEndings } from './attempts/count-attempt-endings.ts'
export { type EndedAttemptTimes, type EndingAttempt, endAttempts } from './attempts/end-attempts.ts'
export { insertAttempt, type NewAttempt } from './attempts/insert-attempt.ts'
export { markAnswered } from './attempts/mark-answered.ts'
export { markRinging } from './attempts/mark-ringing.ts'
export { type AttemptMove, type FailedTrunk, moveAttempt } from './attempts/move-attempt.ts'
export { type OpenAttempt, type TakeOver, takeOverAttempts } from './attempts/take-over-attempts.ts'
export { type SecondLeg, writeSecondLeg } from './attempts/write-second-leg.ts'
export type { AuditDetail, AuditEntry } from './audit-log/audit-columns.ts'
export { forgetAuditEntries } from './audit-log/forget-audit-entries.ts'
export { insertAuditEntry, type NewAuditEntry } from './audit-log/insert-audit-entry.ts'
export { insertFailedSignIn } from './audit-log/insert-failed-sign-in.ts'
export { type AuditListing, listAuditEntries } from './audit-log/list-audit-entries.ts'
export { type RestoredBackup, restoreBackup } from './backup/restore-backup.ts'
export { writeBackup } from './backup/write-backup.ts'
export { analyzeCalls } from './call-lists/analyze-calls.ts'
export { cancelCallLists } from './call-lists/cancel-call-lists.ts'
export { completeCallList, type ListCounts } from './call-lists/complete-call-list.ts'
export { deleteFailedList } from './call-lists/delete-failed-list.ts'
export { deleteFailedRows } from './call-lists/delete-failed-rows.ts'
export { failCallLists } from './call-lists/fail-call-lists.ts'
export { type CallList, findCallList } from './call-lists/find-call-list.ts'
export { findFailedList } from './call-lists/find-failed-list.ts'
export { findRefusedRows } from './call-lists/find-refused-rows.ts'
export { findSettlingLists, type SettlingList } from './call-lists/find-settling-lists.ts'
export { insertCallList } from './call-lists/insert-call-list.ts'
export { ListBatch, type ListedCall, type RefusedRow } from './call-lists/list-batch.ts'
export type { ListKey } from './call-lists/list-key.ts'
export { settleCallList } from './call-lists/settle-call-list.ts'
export { touchCallList } from './call-lists/touch-call-list.ts'
export { type ClaimRequest, claimDueCalls, type GivenStart } from './calls/claim-due-calls.ts'
export { countDialedCalls } from './calls/count-dialed-calls.ts'
export { deleteEndedCalls, type EndedPlace } from './calls/delete-ended-calls.ts'
export { DueCursors, type QueuePlace } from './calls/due-cursors.ts'
export { expireDueCalls, type WaitingCall } from './calls/expire-due-calls.ts'
export {
  type AttemptRecord,
  type CallRecord,
  type EndingRecord,
  findCall,
  type ResultRecord,
} from './calls/find-call.ts'
export { type CallLimits, findCallLimits } from './calls/find-call-limits.ts'
export { type CallStandingRecord, findCallStanding } from './calls/find-call-standing.ts'
export { type DueList, type DueListRequest, findDueLists } from './calls/find-due-lists.ts'
export { type FinishedCall, finishCalls } from './calls/finish-calls.ts'
export { insertCalls, type NewCall } from './calls/insert-calls.ts'
export { lastStartAhead } from './calls/last-start-ahead.ts'
export { type CallFilter, type CallListing, type CallRow, listCalls } from './calls/list-calls.ts'
export { type CancelRequest, listCancelRequests } from './calls/list-cancel-requests.ts'
export { type LockedCall, lockCall } from './calls/lock-call.ts'
export { type DueCall, type DueCallsRequest, lockDueCalls } from './calls/lock-due-calls.ts'
export { type PostponedCall, postponeCalls } from './calls/postpone-calls.ts'
export { releaseClaim } from './calls/release-claim.ts'
export { releaseLostClaims } from './calls/release-lost-claims.ts'
export { releaseStaleClaims } from './calls/release-stale-claims.ts'
export { requestCancels } from './calls/request-cancels.ts'
export { type RequeuedCall, requeueCalls } from './calls/requeue-calls.ts'
export { setCallStart } from './calls/set-call-start.ts'
export { setSecondTrunk } from './calls/set-second-trunk.ts'
export { type CallScope, takeBackClaims } from './calls/take-back-claims.ts'
export { type QueuedCallsRequest, takeQueuedCalls } from './calls/take-queued-calls.ts'
export { wakePutOffCalls } from './calls/wake-put-off-calls.ts'
export { beginCampaigns } from './campaigns/begin-campaigns.ts'
export type { Campaign, CampaignSettings } from './campaigns/campaign-columns.ts'
export {
  type CampaignProgress,
  countCallsOfCampaigns,
  countCampaignCalls,
} from './campaigns/count-campaign-calls.ts'
export { endCampaign } from './campaigns/end-campaign.ts'
export { DEFAULT_CAMPAIGN, ensureDefaultCampaign } from './campaigns/ensure-default-campaign.ts'
export { type CampaignKey, findCampaign } from './campaigns/find-campaign.ts'
export { findCampaignByName } from './campaigns/find-campaign-by-name.ts'
export {
  type CampaignRules,
  findDispatchRules,
} from './campaigns/find-dispatch-rules.ts'
export { findExpiredLists } from './campaigns/find-expired-lists.ts'
export { findFinishedCampaigns } from './campaigns/find-finished-campaigns.ts'
export { findNextCall } from './campaigns/find-next-call.ts'
export { insertCampaign, type NewCampaign } from './campaigns/insert-campaign.ts'
export { type CampaignListing, listCampaigns } from './campaigns/list-campaigns.ts'
export { updateCampaignSettings } from './campaigns/update-campaign-settings.ts'
export { updateCampaignStatus } from './campaigns/update-campaign-status.ts'
export {
  CALLS_CANCELED,
  CALLS_DUE,
  CAMPAIGNS_CHANGED,
  type Database,
  type Queryable,
  RESULTS_DUE,
} from './database/database.ts'
export { EmbeddedPostgres } from './database/embedded/embedded-postgres.ts'
export { type DatabaseOptions, openDatabase } from './database/open-database.ts'
export { deleteForbiddenNumbers } from './do-not-call/delete-forbidden-numbers.ts'
export {
  type AccountNumber,
  type ForbiddenNumber,
  findForbiddenNumbers,
} from './do-not-call/find-forbidden-numbers.ts'
export {
  type ForbiddenEntry,
  insertForbiddenNumbers,
} from './do-not-call/insert-forbidden-numbers.ts'
export { type ListedNumber, listForbiddenNumbers } from './do-not-call/list-forbidden-numbers.ts'
export {
  type EventPage,
  type EventPlace,
  findEvents,
  type StoredEvent,
} from './events/find-events.ts'
export { answerIdempotencyKey } from './idempotency/answer-idempotency-key.ts'
export { bindIdempotencyKey } from './idempotency/bind-idempotency-key.ts'
export { claimIdempotencyKey, type KeyedRequest } from './idempotency/claim-idempotency-key.ts'
export { findIdempotencyKey, type KnownRequest } from './idempotency/find-idempotency-key.ts'
export { forgetIdempotencyKeys } from './idempotency/forget-idempotency-keys.ts'
export { type Backlog, findBacklog } from './installation/find-backlog.ts'
export { findQueueStanding, type QueueStanding } from './installation/find-queue-standing.ts'
export { holdInstallation } from './installation/hold-installation.ts'
export { type InstallationMoment, lockInstallation } from './installation/lock-installation.ts'
export { migrate } from './migrate.ts'
export { databaseNow } from './nodes/database-now.ts'
export { heartbeatNode, type NodeStanding } from './nodes/heartbeat-node.ts'
export { type LiveNode, listLiveNodes } from './nodes/list-live-nodes.ts'
export { listNodeReports, type ReportingNode } from './nodes/list-node-reports.ts'
export { retireNode } from './nodes/retire-node.ts'
export { type NodeStart, startNode } from './nodes/start-node.ts'
export { writeNodeReport } from './nodes/write-node-report.ts'
export { findNumberAttempts } from './number-attempts/find-number-attempts.ts'
export { pruneNumberAttempts } from './number-attempts/prune-number-attempts.ts'
export { findScopes, type ScopeUse } from './pacing/find-scopes.ts'
export { moveNextStarts } from './pacing/move-next-starts.ts'
export { deleteProfile } from './profiles/delete-profile.ts'
export { findCampaignsOfProfile } from './profiles/find-campaigns-of-profile.ts'
export { findProfile } from './profiles/find-profile.ts'
export { insertProfile } from './profiles/insert-profile.ts'
export { listProfiles } from './profiles/list-profiles.ts'
export type {
  Profile,
  ProfileKey,
  ProfileKind,
  ProfileSettings,
} from './profiles/profile-columns.ts'
export { updateProfile } from './profiles/update-profile.ts'
export {
  adoptRecordings,
  type KnownFile,
  type RecordingFile,
} from './recordings/adopt-recordings.ts'
export { deleteRecording } from './recordings/delete-recording.ts'
export { type CallRecordingRecord, findCallRecordings } from './recordings/find-call-recordings.ts'
export { findOldRecordings, type OldRecording } from './recordings/find-old-recordings.ts'
export {
  findRecordingsToMove,
  type RecordingToMove,
} from './recordings/find-recordings-to-move.ts'
export { insertRecording, type NewRecording } from './recordings/insert-recording.ts'
export { markRecordingMoved } from './recordings/mark-recording-moved.ts'
export { markRecordingUnmoved } from './recordings/mark-recording-unmoved.ts'
export type { RecordingKey } from './recordings/recording-key.ts'
export {
  type BusyDestination,
  type ClaimedResult,
  claimDueResults,
  type Destination,
  type HeldResult,
  type ResultClaim,
  type ResultKey,
} from './results/claim-due-results.ts'
export {
  countUndeliveredResults,
  type UndeliveredResults,
} from './results/count-undelivered-results.ts'
export { disableResultUrls } from './results/disable-result-urls.ts'
export { enableResultUrl } from './results/enable-result-url.ts'
export { type FoundResult, findResult } from './results/find-result.ts'
export {
  findResultTries,
  type ResultHistory,
  type ResultTryRecord,
} from './results/find-result-tries.ts'
export { holdResults } from './results/hold-results.ts'
export { insertEvents, type NewEvent } from './results/insert-events.ts'
export {
  type DisabledResultUrl,
  listDisabledResultUrls,
} from './results/list-disabled-result-urls.ts'
export {
  listResults,
  type ResultListing,
  type ResultRow,
  type ResultState,
} from './results/list-results.ts'
export {
  type DeliveredResult,
  type RestRule,
  type ResultTry,
  type ResultVerdict,
  recordResultTries,
} from './results/record-result-tries.ts'
export { type Replay, replayResults } from './results/replay-results.ts'
export { type CountedCalls, countEndedCalls } from './statistics/count-ended-calls.ts'
export { findCampaignSeries, findCampaignSpan } from './statistics/find-campaign-series.ts'
export {
  type CallTotals,
  findAttemptTotals,
  findCampaignTotals,
} from './statistics/find-campaign-totals.ts'
export {
  findRecentOutcomes,
  type OutcomeCount,
  RECENT_SECONDS,
} from './statistics/find-recent-outcomes.ts'
export { findStatisticsMoment } from './statistics/find-statistics-moment.ts'
export { findTracePackets, type KeptPackets } from './traces/find-trace-packets.ts'
export { findTraces, type KeptTrace } from './traces/find-traces.ts'
export { insertTraces, type NewTrace } from './traces/insert-traces.ts'
export { insertTrunk } from './trunks/insert-trunk.ts'
export { listTrunks } from './trunks/list-trunks.ts'
export { upsertTrunk } from './trunks/upsert-trunk.ts'
export { deleteUser } from './users/delete-user.ts'
export { findSigner, type Signer } from './users/find-signer.ts'
export { insertUser, type NewUser } from './users/insert-user.ts'
export { listUsers, type UserPage } from './users/list-users.ts'
export { noteSignIn } from './users/note-sign-in.ts'
export { type UserKey, updateUser } from './users/update-user.ts'
export type { User } from './users/user-columns.ts'
export { deleteWebSessions, type SessionsToEnd } from './web-sessions/delete-web-sessions.ts'
export { findWebSession } from './web-sessions/find-web-session.ts'
export { insertWebSession, type NewWebSession } from './web-sessions/insert-web-session.ts'
export { joinInstallationKey, type KeyedSession } from './web-sessions/join-installation-key.ts'
export { listWebSessions, type WebSessionPage } from './web-sessions/list-web-sessions.ts'
export type { SessionTerms, WebSession } from './web-sessions/live-sessions.ts'
export { sweepWebSessions } from './web-sessions/sweep-web-sessions.ts'
export { touchWebSession } from './web-sessions/touch-web-session.ts'
export {
  findWebhookSecrets,
  type WebhookSecret,
} from './webhook-secrets/find-webhook-secrets.ts'
export { insertWebhookSecret } from './webhook-secrets/insert-webhook-secret.ts'
