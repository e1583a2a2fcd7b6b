import { Command } from 'commander'
import { loadConfig, withGround } from '#app'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the tables up to date (serve does it by itself at its start)')
    .action(async () => {
      const applied = await withGround(loadConfig(process.env), async ({ applied }) => applied)
      console.log(applied.length === 0 ? 'Nothing to do.' : `Applied: ${applied.join(', ')}`)
    })
}
