import { Command } from 'commander'
import { loadApp } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the tables up to date (serve does it by itself at its start)')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => {
      const { app, config } = await loadApp()
      const applied = await app.withGround(config, async (open) => open.applied)
      const text = applied.length === 0 ? 'Nothing to do.' : `Applied: ${applied.join(', ')}`
      printAnswer(json, { applied }, text)
    })
}
