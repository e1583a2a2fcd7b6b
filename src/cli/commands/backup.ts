import { Command } from 'commander'
import { loadApp } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'

interface Output {
  readonly json?: true
}

export function backupCommand(): Command {
  return new Command('backup')
    .description('write the whole store to a file, while the server runs; recordings are not in it')
    .argument('<file>', 'for example outdial.backup.gz')
    .option('--json', 'as JSON')
    .action(async (file: string, { json }: Output) => {
      const { app, config } = await loadApp()
      const { rows } = await app.backUp(config, file)
      const text = `${file} has ${rows.toLocaleString('en')} rows, as of one moment.`
      printAnswer(json, { file, rows }, text)
    })
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('fill an empty store from a backup; nothing is dialled until it is resumed')
    .argument('<file>', 'what outdial backup wrote, by this version or an earlier one')
    .option('--json', 'as JSON')
    .action(async (file: string, { json }: Output) => {
      const { app, config } = await loadApp()
      const { rows, takenAt, queuedCalls } = await app.restore(config, file)
      printAnswer(
        json,
        { rows, taken_at: takenAt, queued_calls: queuedCalls, held: true },
        `${rows.toLocaleString('en')} rows restored, as of ${takenAt.toISOString()}. ` +
          `Everything is held: ${queuedCalls.toLocaleString('en')} calls wait, and some of them may have been dialled ` +
          'since. Cancel what is not to be dialled (outdial cancel, outdial campaign cancel), then run: outdial resume',
      )
    })
}
