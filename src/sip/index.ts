export { callIdOf } from './call-id-of.ts'
export type { Dialog, DialogEnd, OfferOutcome, ReinviteAnswer, SessionBody } from './dialog.ts'
export type { DialogState } from './dialog-state.ts'
export type { DigestGuardOptions } from './digest-guard.ts'
export type { RelayedDigit } from './dtmf-relay.ts'
export { findServers } from './find-servers.ts'
export { parseReasons, type Reason } from './headers/reason.ts'
export { USER_TO_USER_MAX_BYTES } from './headers/user-to-user.ts'
export type { Health, HealthWatch, HealthWatchSetting } from './health-watch.ts'
export type { IncomingCall, IncomingRequest } from './incoming-call.ts'
export type {
  Credentials,
  InviteIdentity,
  InviteOptions,
  InviteOutcome,
  InviteProgress,
  InviteTarget,
  OutgoingCall,
  Target,
} from './invite.ts'
export type { Endpoint, NameRecords, NaptrRecord, SrvRecord } from './locate-servers.ts'
export { maskSecrets } from './mask-secrets.ts'
export { type CallerCredential, isValidAt, type SignedCaller } from './passport.ts'
export type { Registration, RegistrationSetting, RegistrationState } from './registration.ts'
export { type SessionDirection, sessionDirection } from './session-direction.ts'
export type { SessionTimerSetting } from './session-timer.ts'
export type { TransferOutcome, TransferSetting } from './transfer.ts'
export type { TlsProfile, TlsSetting } from './transport/tls.ts'
export type {
  Address,
  DatagramTransport,
  TransportFailure,
  TransportHandlers,
} from './transport/transport.ts'
export type { UdpOptions } from './transport/udp.ts'
export { type TappedMessage, UserAgent, type UserAgentOptions } from './user-agent.ts'
