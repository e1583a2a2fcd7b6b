export {
  accountView,
  callView,
  campaignView,
  disabledUrlView,
  explanationView,
  forbiddenImportView,
  forbiddenNumberView,
  keyView,
  previewView,
  profileView,
  progressView,
  resultRowView,
  resultView,
  traceView,
  trunkView,
  userView,
  webhookSecretView,
} from '#api'
export {
  ACCOUNT_FIELDS,
  type AuditedAction,
  accountSettings,
  addAccount,
  addApiKey,
  addProfile,
  addTrunk,
  addUser,
  apiKeys,
  audit,
  CAMPAIGN_FIELDS,
  type CallDescription,
  type CallExplanation,
  type CallsContext,
  type CallTrace,
  type CampaignDescription,
  type CampaignPreview,
  type CampaignRequest,
  cancelCall,
  cancelPending,
  changeCampaign,
  changePin,
  describeCampaign,
  describeResult,
  disabledResultUrls,
  editAccount,
  editCampaign,
  editProfile,
  editUser,
  enableResultUrl,
  explainCall,
  findAccount,
  findProfileOf,
  forbiddenNumbers,
  forbidNumbers,
  holdAccount,
  holdInstallation,
  listCampaigns,
  listResults,
  listTrunks,
  PROFILE_KINDS,
  type Profile,
  type ProfileKind,
  permitNumbers,
  profilesOf,
  type ResultDescription,
  type ResultRow,
  type ResultState,
  removeProfile,
  removeUser,
  replayResult,
  replayResults,
  revokeApiKey,
  rotateWebhookSecret,
  type TracedAttempt,
  traceCall,
  type User,
  usersOf,
  webhookSecrets,
} from '#calls'
export { ROLES, type Role } from '#model'
export { backUp, restore } from './backup.ts'
export {
  type CarrierOptions,
  describeCarrier,
  type HeardCall,
  type RunningCarrier,
  runCarrier,
} from './carrier.ts'
export { type CheckFault, checkDocuments } from './check-documents.ts'
export { type Config, type HostPort, loadConfig, parseHostPort } from './config.ts'
export { diagnose } from './diagnose.ts'
export { decryptRecording, exportRecording } from './export-recording.ts'
export type { Finding } from './finding.ts'
export { followCall } from './follow-call.ts'
export {
  type GrammarAnswer,
  type GrammarInput,
  type GrammarMatched,
  type GrammarRefused,
  tryGrammar,
} from './grammar-tool.ts'
export { type OpenGround, withGround } from './ground.ts'
export { httpUrl } from './http-url.ts'
export { importForbiddenList } from './import-forbidden-list.ts'
export {
  type HttpPort,
  type Machine,
  type MediaPort,
  type PromptPort,
  type RecordingPort,
  systemMachine,
} from './machine.ts'
export { openPcap } from './open-pcap.ts'
export { type PreviewList, previewList } from './preview-list.ts'
export { PRODUCT, VERSION } from './product.ts'
export { queueOverHttp, serverAnswers } from './queue-over-http.ts'
export { readPhoneNumber } from './read-phone-number.ts'
export { describeMoment, readTime } from './read-time.ts'
export { type RunningServer, run } from './run.ts'
export { readTrunkCredential } from './trunk-credential.ts'
export { TRUNK_PARAMETERS } from './trunk-parameters.ts'
export { readTrunkTls } from './trunk-tls.ts'
export { describeTrunk, parseTrunkUri } from './trunk-uri.ts'
export { type TryOptions, tryDialogue } from './try-dialogue.ts'
export type { TryEvent } from './try-event.ts'
export { CALLEE_TYPES, type Move, parseMoves, TRANSFER_RESULTS } from './try-moves.ts'
export { type Ground, type Parts, wire, wireGround } from './wire.ts'
