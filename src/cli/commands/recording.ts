import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { Command } from 'commander'
import { argument } from '../argument.ts'
import { loadApp, withStore } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

interface Output {
  readonly json?: true
}

interface ExportOptions extends Output {
  readonly attempt?: number
}

export function recordingCommand(): Command {
  return new Command('recording')
    .description('recordings of calls, decrypted with OUTDIAL_RECORDING_KEY')
    .addCommand(exportCommand())
    .addCommand(decryptCommand())
}

function exportCommand(): Command {
  return new Command('export')
    .description('write the recording of a call to a WAV file, from the disk or the bucket')
    .argument('<call>', 'its call_id', argument(readCount))
    .argument('[file]', 'which must not exist; - for the standard output (default: <call>.wav)')
    .option('--attempt <n>', 'of this attempt (default: the last)', argument(readCount))
    .option('--json', 'say as JSON which file was written')
    .action(async (callId: number, file: string | undefined, given: ExportOptions) => {
      const { json, ...options } = given
      await withStore(async ({ app, config, ground }) => {
        const pieces = await app.exportRecording(config, ground, { callId, ...options })
        await write(pieces, file ?? `${callId}.wav`, json)
      })
    })
}

function decryptCommand(): Command {
  return new Command('decrypt')
    .description('the same of a .sealed file that was kept elsewhere')
    .argument('<sealed>', 'the file')
    .argument('<file>', 'what to write, which must not exist; - for the standard output')
    .option('--json', 'say as JSON which file was written')
    .action(async (sealed: string, file: string, { json }: Output) => {
      const { app, config } = await loadApp()
      await write(await app.decryptRecording(config, sealed), file, json)
    })
}

/** Nothing is left of a file whose end cannot be read. */
async function write(pieces: AsyncIterable<Uint8Array>, file: string, json?: true): Promise<void> {
  const isOutput = file === '-'
  const stream = isOutput ? process.stdout : createWriteStream(file, { flags: 'wx', mode: 0o600 })
  for await (const piece of pieces) if (!stream.write(piece)) await once(stream, 'drain')
  if (isOutput) return
  stream.end()
  await finished(stream)
  printAnswer(json, { file }, file)
}
