export type {
  AccountSettings,
  ApiKey,
  AuditEntry,
  AuditListing,
  CallRecordingRecord,
  CallRow,
  DisabledResultUrl,
  EventPlace,
  Profile,
  ProfileKey,
  ProfileKind,
  RefusedRow,
  Replay,
  ResultRow,
  ResultState,
  StoredEvent,
  User,
  WebSession,
} from '#store'
export { accountEvents, type EventBatch, presentPlace } from './account-events.ts'
export { addAccount, type NewAccount } from './add-account.ts'
export { addTrunk } from './add-trunk.ts'
export {
  type AddApiKey,
  addApiKey,
  apiKeys,
  type Credentials,
  identify,
  keyNotFound,
  type Principal,
  revokeApiKey,
} from './api-keys.ts'
export { type AuditedAction, audit, auditLog, forgetAuditLog } from './audit-log.ts'
export { type Asker, authenticate } from './authenticate.ts'
export { type Attempt, beginAttempt } from './begin-attempt.ts'
export { callRecording, callRecordings } from './call-recordings.ts'
export type { TimeChoice } from './call-times.ts'
export {
  CAMPAIGN_EDIT,
  CAMPAIGN_FIELDS,
  type CampaignChanges,
  readCampaignEdit,
} from './campaign-edit.ts'
export { type CampaignStatistics, campaignStatistics } from './campaign-statistics.ts'
export { type CancelCall, cancelCall } from './cancel-call.ts'
export { cancelPending } from './cancel-pending.ts'
export { type CampaignRequest, campaignNotFound, changeCampaign } from './change-campaign.ts'
export { changePin } from './change-pin.ts'
export { changeTrunk } from './change-trunk.ts'
export { checkDispatch, type DispatchCheck } from './check-dispatch.ts'
export { type CheckList, checkList, refusedRowsOfList } from './check-list.ts'
export {
  type ClaimOptions,
  type ClaimResult,
  claimCalls,
  type Limits,
  type ScheduledCall,
} from './claim-calls.ts'
export { completeCampaigns } from './complete-campaigns.ts'
export type { CallsContext, CallsSettings, UrlCheck } from './context.ts'
export { countEndedCalls } from './count-ended-calls.ts'
export { type CallDescription, callNotFound, describeCall } from './describe-call.ts'
export { type CampaignDescription, describeCampaign } from './describe-campaign.ts'
export {
  type ForbiddenImport,
  type ForbidNumbers,
  forbiddenNumbers,
  forbidNumbers,
  importForbiddenNumbers,
  permitNumbers,
} from './do-not-call.ts'
export { ACCOUNT_EDIT, ACCOUNT_FIELDS, accountSettings, editAccount } from './edit-account.ts'
export { type EditCampaign, editCampaign } from './edit-campaign.ts'
export { editTrunk, trunkNotFound } from './edit-trunk.ts'
export { endSecondLeg } from './end-second-leg.ts'
export { expireCalls } from './expire-calls.ts'
export { expireCampaigns } from './expire-campaigns.ts'
export { type CallExplanation, explainCall } from './explain-call.ts'
export { accountNotFound, findAccount } from './find-account.ts'
export { type FinishedAttempt, finishAttempt } from './finish-attempt.ts'
export type { TrunkChoice } from './give-start.ts'
export { type Heartbeat, heartbeat } from './heartbeat.ts'
export { holdAccount } from './hold-account.ts'
export { holdInstallation } from './hold-installation.ts'
export { type JoinedNode, joinNodes } from './join-nodes.ts'
export { type FinishedTrace, keepTrace } from './keep-trace.ts'
export { leaveNodes } from './leave-nodes.ts'
export { listAccounts } from './list-accounts.ts'
export { type CallSearch, eachCall, listCalls } from './list-calls.ts'
export { listCampaigns } from './list-campaigns.ts'
export { listTrunks } from './list-trunks.ts'
export { moveAttempt } from './move-attempt.ts'
export { noteAnswered } from './note-answered.ts'
export { noteCalleeType } from './note-callee-type.ts'
export { noteRinging } from './note-ringing.ts'
export { noteSecondLeg } from './note-second-leg.ts'
export { findNumberObjection } from './number-objection.ts'
export {
  type Limited,
  type OutcomeBucket,
  type Overview,
  overview,
  type TrunkOverview,
} from './overview.ts'
export { type CampaignPreview, type PreviewCampaign, previewCampaign } from './preview-campaign.ts'
export { PACING_PROFILE_EDIT, PROFILE_KINDS, SCHEDULE_EDIT } from './profile-fields.ts'
export {
  addProfile,
  type EditProfile,
  editProfile,
  findProfileOf,
  profileNotFound,
  profilesOf,
  removeProfile,
} from './profiles.ts'
export { type QueueCall, type QueuedCall, queueCall } from './queue-call.ts'
export {
  type QueueCalls,
  type QueuedCalls,
  queueCalls,
  type UploadedCampaign,
} from './queue-calls.ts'
export {
  excerpt,
  type ListRow,
  type ListTerms,
  type RowErrorCode,
  type RowReader,
  rowReader,
} from './read-list-row.ts'
export { listNotFound, readRefusedRows, refusedRowsOf } from './read-refused-rows.ts'
export type { RecoveredAttempt } from './recover-attempts.ts'
export { releaseLostCalls } from './release-lost-calls.ts'
export { removeEndedCalls } from './remove-ended-calls.ts'
export { reportNode } from './report-node.ts'
export type { RequestKey } from './request-key.ts'
export {
  describeResult,
  disabledResultUrls,
  enableResultUrl,
  type ListResults,
  listResults,
  type ResultDescription,
  type ResultName,
  replayResult,
  replayResults,
  resultNotFound,
} from './results.ts'
export { type ListOptions, ListRefusedError } from './row-sorter.ts'
export { installationPrincipalOf, principalOf } from './session-principal.ts'
export { settleLists } from './settle-lists.ts'
export { type SignedIn, type SignIn, signIn } from './sign-in.ts'
export { SignInThrottledError } from './sign-in-throttle.ts'
export { sweepUploads } from './sweep-uploads.ts'
export { takeOverNode } from './take-over-node.ts'
export { takeSecondLine } from './take-second-line.ts'
export { type CallTrace, type TracedAttempt, traceCall, tracePackets } from './trace-call.ts'
export { editedTrunk, TRUNK_EDIT, TRUNK_PROPERTIES } from './trunk-fields.ts'
export {
  type AddUser,
  addUser,
  editUser,
  NEW_USER,
  removeUser,
  USER_EDIT,
  userNotFound,
  usersOf,
} from './users.ts'
export {
  endWebSession,
  findWebSession,
  joinInstallation,
  leaveInstallation,
  sessionNotFound,
  signOut,
  signOutEverywhere,
  sweepWebSessions,
  webSessionsOf,
} from './web-sessions.ts'
export { rotateWebhookSecret, type WebhookSecrets, webhookSecrets } from './webhook-secrets.ts'
export type { PhoneList } from './write-list.ts'
