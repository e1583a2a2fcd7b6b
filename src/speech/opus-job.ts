/** What the main thread asks of the Opus worker: a whole prompt, 16 kHz. */
export interface OpusJob {
  readonly samples: Int16Array
}

export interface OpusPrompt {
  /** For who sends Opus (see `encodeOpusFrames`). */
  readonly opus: SharedArrayBuffer
  /** The same as PCMU, 8 kHz: what is recorded of it. */
  readonly audio: SharedArrayBuffer
}
