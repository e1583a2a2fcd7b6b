export { type ApiOptions, createApi } from './api.ts'
export { fetchAs } from './fetch-as.ts'
export { OWN_COLUMNS, type OwnColumn } from './lists/list-header.ts'
export { type ListRecord, readListRecords, type Separator } from './lists/list-records.ts'
export { readPhoneList } from './lists/phone-list.ts'
export { SpoolFile } from './lists/spool-file.ts'
export { receiveUpload, type Upload } from './plum/upload.ts'
export { RequestBody, refuseRequest } from './request-body.ts'
export { DEFAULT_REQUEST_LIMITS, type RequestLimits } from './request-limits.ts'
export { type DialogueTools, trialNotFound } from './v1/dialogue-tools.ts'
export { openapiDocument } from './v1/openapi.ts'
export type {
  CheckAnswer,
  CheckRequest,
  Trial,
  TrialAnswer,
  TrialEvent,
  TrialList,
  TrialMove,
  TrialRequest,
  TrialTurn,
} from './v1/schemas/trial.ts'
export { accountView } from './v1/views/account-view.ts'
export { callView } from './v1/views/call-view.ts'
export { campaignView, progressView } from './v1/views/campaign-view.ts'
export { keyView } from './v1/views/key-view.ts'
export { previewView } from './v1/views/preview-view.ts'
export { profileView } from './v1/views/profile-view.ts'
export { disabledUrlView, resultRowView, resultView } from './v1/views/result-view.ts'
export { trunkView } from './v1/views/trunk-view.ts'
export { userView } from './v1/views/user-view.ts'
export { webhookSecretView } from './v1/views/webhook-secret-view.ts'
