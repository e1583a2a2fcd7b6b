import { encodeOpusFrames, encodeUlaw, loadOpus, resample } from '#audio'
import { serveJobs } from './job-server.ts'
import type { OpusJob, OpusPrompt } from './opus-job.ts'

/** The inside of the worker that encodes prompts: a second of one takes some 5 ms. */
serveJobs<OpusJob, OpusPrompt>(
  async ({ samples }) => {
    await loadOpus()
    const codes = encodeUlaw(resample(samples, 16_000, 8000))
    const audio = new SharedArrayBuffer(codes.length)
    new Uint8Array(audio).set(codes)
    return { opus: await encodeOpusFrames(samples), audio }
  },
  () => [],
)
