import { type AudioJob, decodeAudio } from './audio-format.ts'
import { serveJobs } from './job-server.ts'

/** The inside of the decoding worker: a large or hostile file holds up nobody but itself. */
serveJobs<AudioJob, Int16Array>(
  (audio) => decodeAudio(audio).slice(),
  (pcm) => [pcm.buffer as ArrayBuffer],
)
