export {
  CalleeDetector,
  type CalleeKind,
  type CalleeListener,
  type CalleeVerdict,
} from './callee/callee-detector.ts'
export { ComfortNoise } from './comfort-noise.ts'
export { DtmfDetector, type DtmfListener } from './dtmf-detector.ts'
export {
  ALAW_TO_LINEAR,
  ALAW_TO_ULAW,
  decodeAlaw,
  decodeUlaw,
  encodeAlaw,
  encodeUlaw,
  LINEAR_TO_ALAW,
  LINEAR_TO_ULAW,
  ULAW_TO_ALAW,
  ULAW_TO_LINEAR,
} from './g711.ts'
export { G722Decoder, G722Encoder } from './g722.ts'
export { goertzelPower } from './goertzel.ts'
export { LossConcealment } from './loss-concealment.ts'
export {
  loadOpus,
  OPUS_BITRATE,
  OPUS_MAX_SAMPLES,
  OPUS_STEP_SAMPLES,
  OpusDecoder,
  OpusEncoder,
  type OpusEncoderOptions,
  opusPacketSamples,
} from './opus.ts'
export { encodeOpusFrames, OpusFrames } from './opus-frames.ts'
export {
  applyGain,
  clip,
  interleave,
  levelDbm0,
  meanSquare,
  mixToMono,
  powerToDbm0,
  ZERO_DBM0_POWER,
} from './pcm.ts'
export { ProgressDetector, type ProgressTone } from './progress/progress-detector.ts'
export { resample } from './resample.ts'
export {
  beep,
  busyTone,
  concat,
  congestionTone,
  DTMF_HIGH_HZ,
  DTMF_KEYS,
  DTMF_LOW_HZ,
  type DtmfOptions,
  dtmfTones,
  informationTones,
  ringbackTone,
  silence,
  type ToneOptions,
  tone,
} from './tone.ts'
export { VoiceActivity, type VoiceActivityOptions } from './voice-activity.ts'
export {
  formatWav,
  formatWavHead,
  parseWav,
  type Wav,
  type WavEncoding,
  type WavOptions,
  wavHeadBytes,
} from './wav.ts'
