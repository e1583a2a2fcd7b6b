import { workerData } from 'node:worker_threads'
import { parseWav, resample } from '#audio'
import { OutdialError } from '#base'
import { serveJobs } from '../job-server.ts'
import { normalizePeak, trimSilence } from '../loudness.ts'
import type { FliteJob, FliteWorkerData } from './flite-job.ts'
import { runCommand } from './wasi-command.ts'

/** The inside of the speech worker: one run of flite a job. */
const { module } = workerData as FliteWorkerData

const OUTPUT_FILE = 'speech.wav'
/** Four minutes at 16 kHz, twice what the longest utterance can come to at normal speed. */
const OUTPUT_LIMIT_BYTES = 8_000_000
/** Keeps the soft start of an `h` or an `f`. */
const MARGIN_SECONDS = 0.02

serveJobs<FliteJob, Int16Array>(speak, (pcm) => [pcm.buffer as ArrayBuffer])

async function speak(job: FliteJob): Promise<Int16Array> {
  const stretch = `duration_stretch=${(1 / job.rate).toFixed(3)}`
  const args = ['flite', '-voice', job.voice, '--setf', stretch, '-t', job.text]
  const run = await runCommand(
    module,
    [...args, '-o', `/${OUTPUT_FILE}`],
    OUTPUT_FILE,
    OUTPUT_LIMIT_BYTES,
  )
  if (run.exitCode !== 0 || run.output.length === 0) {
    throw new OutdialError('speech-failed', `flite ended with ${run.exitCode}: ${run.messages}`)
  }
  const wav = parseWav(run.output)
  const spoken = resample(wav.samples, wav.sampleRate, job.sampleRate)
  return normalizePeak(trimSilence(spoken, MARGIN_SECONDS * job.sampleRate)).slice()
}
