import { Command } from 'commander'
import { auditCommand } from '../audit-command.ts'
import { ask, refuseOthers, storeOnly, type WhereOptions, whereOptions } from '../doors.ts'
import { printAnswer } from '../print-answer.ts'

export function holdCommand(): Command {
  return command('hold', true, 'dial nothing more; attempts in progress go on, calls are queued')
}

export function resumeCommand(): Command {
  return command('resume', false, 'go on after a hold')
}

function command(name: string, held: boolean, says: string): Command {
  const made = new Command(name)
    .description(says)
    .argument('[login]', 'of this account; without it, of all accounts and on all nodes')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nOne campaign: outdial campaign pause and resume.')
  return whereOptions(made).action(
    async (login: string | undefined, { json, ...where }: WhereOptions & { json?: true }) => {
      await hold(where, held, login)
      const whose = login === undefined ? 'The installation' : `Account ${login}`
      const view = login === undefined ? { held } : { login, held }
      printAnswer(json, view, `${whose} ${held ? 'is held' : 'goes on'}.`)
    },
  )
}

function hold(where: WhereOptions, held: boolean, login: string | undefined): Promise<void> {
  return ask(where, {
    server: async (client) => {
      // Whoever means all accounts must not be left with one of them held.
      if (login === undefined) throw storeOnly('A server holds one account: name that of the login')
      await refuseOthers(client, login)
      await (held ? client.holdAccount() : client.resumeAccount())
    },
    store: async (store) => {
      const { app, calls } = store
      const action = held ? 'hold' : 'resume'
      if (login === undefined) {
        await app.holdInstallation(calls, held)
        return auditCommand(store, { action: `${action}Installation` })
      }
      const { accountId } = await app.findAccount(calls, login)
      await app.holdAccount(calls, { accountId, held })
      return auditCommand(store, { accountId, action: `${action}Account` })
    },
  })
}
