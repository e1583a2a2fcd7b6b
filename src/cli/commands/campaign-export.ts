import { type FileHandle, open, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import { errorMessage, OutdialError } from '#base'
import { argument } from '../argument.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'
import { connect, type ServerOptions, serverOptions } from '../server/connect.ts'
import { TransferProgress } from '../transfer-progress.ts'

interface ExportOptions extends ServerOptions {
  readonly format: 'csv' | 'ndjson'
  readonly json?: true
}

type Bytes = ReadableStream<Uint8Array>

export function exportCommand(): Command {
  const command = new Command('export')
    .description('write all calls of a campaign, as a server tells them')
    .argument('<id>', 'campaign_id', argument(readCount))
    .argument('[file]', 'which must not exist; default, or -: the standard output')
    .addOption(
      new Option('--format <format>', 'of the rows').choices(['csv', 'ndjson']).default('csv'),
    )
    .option('--json', 'say as JSON which file was written')
  for (const option of serverOptions()) command.addOption(option)
  return command.action(
    async (campaign_id: number, file: string | undefined, options: ExportOptions) => {
      const client = connect(options)
      // A campaign that there is not has no calls, and its export no rows: this says so.
      await client.getCampaign({ campaign_id })
      const { body } = await client.exportCalls({ campaign_id, format: options.format })
      if (body === null) throw brokenOff('the server sent nothing')
      if (file === undefined || file === '-') return print(body)
      const bytes = await write(body, file)
      printAnswer(options.json, { file, bytes }, `${file} has ${bytes} bytes.`)
    },
  )
}

/** Who reads it may leave before its end. */
async function print(body: Bytes): Promise<void> {
  try {
    await pipeline(Readable.fromWeb(body), process.stdout, { end: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw brokenOff(error)
  }
}

/** Nothing is left of a file whose end did not come. */
async function write(body: Bytes, path: string): Promise<number> {
  const file = await create(path)
  const progress = new TransferProgress()
  try {
    const counted = body.pipeThrough(progress.count())
    await pipeline(Readable.fromWeb(counted), file.createWriteStream())
    return progress.bytes
  } catch (error) {
    await rm(path, { force: true })
    throw brokenOff(error)
  } finally {
    progress.end()
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (cause) {
    const sentence = `The export cannot be written: ${errorMessage(cause)}.`
    throw new OutdialError('export-not-written', sentence, { cause })
  }
}

function brokenOff(cause: unknown): OutdialError {
  const sentence = `The export broke off (${errorMessage(cause)}). Run it again.`
  return new OutdialError('export-broken-off', sentence, { cause, temporary: true })
}
