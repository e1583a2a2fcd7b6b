export { PROPERTY_NAMES } from './dialog/properties.ts'
export { type DialogueStep, DialogueSteps } from './dialogue-steps.ts'
export { checkDocument, checkDocumentWithGrammars } from './document/check-document.ts'
export type { DocumentFault } from './document/check-structure.ts'
export type { DocumentSource } from './document/parse-document.ts'
export { PREDEFINED_EVENTS } from './events/default-catches.ts'
export { BEEP_OVER } from './events/platform-event.ts'
export { type FirstDocument, fetchFirstDocument } from './fetch/first-document.ts'
export { HttpCache } from './fetch/http-cache.ts'
export type { MultipartFile } from './fetch/multipart-form.ts'
export type { ResourceRequest } from './fetch/resource-request.ts'
export { type WireRequest, wireRequest } from './fetch/wire-request.ts'
export { DEFAULT_LIMITS, type SessionLimits } from './limits.ts'
export type {
  CallerEvent,
  FetchFailure,
  FetchRequest,
  FetchResponse,
  Listening,
  ListenRequest,
  LogEntry,
  Platform,
  Playback,
  PlaybackEnd,
  Prompt,
  PromptPart,
  RecordEnd,
  Recording,
  RecordingInProgress,
  RecordingType,
  RecordRequest,
  SessionEnd,
  SessionFault,
  SessionVariables,
  Transfer,
  TransferEnd,
  TransferRequest,
  VoiceHint,
} from './platform.ts'
export { promptWords } from './prompt/prompt-words.ts'
export { type Session, type SessionOptions, startSession } from './session.ts'
export type { SessionMoment } from './session-moment.ts'
