import { Command } from 'commander'
import { findAccount, holdAccount, holdInstallation, loadConfig, withGround } from '#app'
import { auditCommand } from '../audit-command.ts'
import { printAnswer } from '../print-answer.ts'

export function holdCommand(): Command {
  return command('hold', true, 'dial nothing more; attempts in progress go on, calls are queued')
}

export function resumeCommand(): Command {
  return command('resume', false, 'go on after a hold')
}

function command(name: string, held: boolean, says: string): Command {
  return new Command(name)
    .description(says)
    .argument('[login]', 'of this account; without it, of all accounts and on all nodes')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nOne campaign: outdial campaign pause and resume.')
    .action(async (login: string | undefined, { json }: { json?: true }) => {
      await withGround(loadConfig(process.env), async ({ ground: { calls } }) => {
        if (login === undefined) {
          await holdInstallation(calls, held)
          return auditCommand(calls, { action: `${name}Installation`, subject: '' })
        }
        const { accountId } = await findAccount(calls, login)
        await holdAccount(calls, { accountId, held })
        return auditCommand(calls, { accountId, action: `${name}Account`, subject: '' })
      })
      const whose = login === undefined ? 'The installation' : `Account ${login}`
      const view = login === undefined ? { held } : { login, held }
      printAnswer(json, view, `${whose} ${held ? 'is held' : 'goes on'}.`)
    })
}
