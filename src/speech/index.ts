export { FliteSynthesizer, type FliteSynthesizerOptions } from './flite/flite-synthesizer.ts'
export type { PromptCodec } from './prompt-encoder.ts'
export {
  PromptRenderer,
  type PromptRendererOptions,
  type RenderedMark,
  type RenderedPrompt,
} from './prompt-renderer.ts'
export { type EngineVoice, type SpeechSynthesizer, UTTERANCE_LIMIT } from './synthesizer.ts'
