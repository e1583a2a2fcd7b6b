import { type AudioBytes, decodeAudio } from './audio-format.ts'
import { serveJobs } from './job-server.ts'

/** The inside of the decoding worker: a large or hostile file holds up nobody but itself. */
serveJobs<AudioBytes, Int16Array>(
  (audio) => decodeAudio(audio).slice(),
  (pcm) => [pcm.buffer as ArrayBuffer],
)
