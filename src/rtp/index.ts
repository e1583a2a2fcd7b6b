export type { Codec, Encoding } from './codec.ts'
export { MediaEngine, type MediaEngineOptions } from './media-engine.ts'
export type {
  ConnectOptions,
  HeardCallee,
  MediaStats,
  MediaStream,
  OnCaptured,
  OnPiece,
  PeerStats,
  PlayEnd,
  PlayHandle,
  RecordingEnd,
  SendDigitsOptions,
  StreamRecording,
} from './media-stream.ts'
export { formatRtpPacket, parseRtpPacket, type RtpPacket } from './packet.ts'
export { type CapturedPacket, readCapture } from './packet-capture.ts'
export {
  type Answer,
  createAnswer,
  createOffer,
  type Direction,
  type LocalMedia,
  type MediaAddress,
  type NegotiatedMedia,
  parseAnswer,
} from './sdp/negotiation.ts'
export {
  type Attribute,
  type Connection,
  formatSdp,
  type MediaDescription,
  type Origin,
  parseSdp,
  type SessionDescription,
} from './sdp/session-description.ts'
export { type SrtpKey, type SrtpKeys, type SrtpMode, srtpKeys } from './srtp/srtp-key.ts'
export type { Priority } from './worker/messages.ts'
export type { Lateness } from './worker/meters.ts'
