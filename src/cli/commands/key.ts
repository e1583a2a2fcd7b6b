import { Command, Option } from 'commander'
import type { Role } from '#client'
import { argument } from '../argument.ts'
import { auditCommand } from '../audit-command.ts'
import { type Store, withStore } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'
import { ROLES } from '../roles.ts'

interface Whose {
  readonly account?: string
  readonly installation?: true
  readonly json?: true
}

/** Keys of the JSON interface; the first one of an installation can be made here only. */
export function keyCommand(): Command {
  return new Command('key')
    .description('keys of the JSON interface')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
}

function addCommand(): Command {
  return whose(new Command('add'))
    .description('make a key, and print it; it is not told again')
    .argument('<name>', 'yours, to know it by')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('operator'))
    .action((name: string, options: Whose & { role: Role }, command: Command) =>
      withWhose(command, options, async (store, accountId) => {
        const { app, calls } = store
        const made = await app.addApiKey(calls, { accountId, name, role: options.role })
        const entry = { action: 'createKey', subject: `key ${made.keyId}` }
        await auditCommand(store, { accountId, ...entry, detail: { name, role: options.role } })
        printAnswer(options.json, { ...app.keyView(made), key: made.key }, made.key)
      }),
    )
}

function listCommand(): Command {
  return whose(new Command('list'))
    .description('show the keys, but not what they are')
    .action((options: Whose, command: Command) =>
      withWhose(command, options, async ({ app, calls }, accountId) => {
        for (const one of await app.apiKeys(calls, accountId)) {
          const text = `${one.keyId}  ${one.role}  ${one.createdAt.toISOString()}  ${one.name}`
          printAnswer(options.json, app.keyView(one), text)
        }
      }),
    )
}

function revokeCommand(): Command {
  return whose(new Command('revoke'))
    .description('make a key useless, at once')
    .argument('<id>', 'as shown by list', argument(readCount))
    .action((keyId: number, options: Whose, command: Command) =>
      withWhose(command, options, async (store, accountId) => {
        await store.app.revokeApiKey(store.calls, { accountId, keyId })
        await auditCommand(store, { accountId, action: 'revokeKey', subject: `key ${keyId}` })
        printAnswer(options.json, { key_id: keyId, revoked: true }, `Key ${keyId} is revoked.`)
      }),
    )
}

function whose(command: Command): Command {
  return command
    .addOption(new Option('--account <login>', 'of this account').conflicts('installation'))
    .option('--installation', 'of the installation: for its trunks and accounts')
    .option('--json', 'as JSON')
}

function withWhose(
  command: Command,
  { account, installation }: Whose,
  work: (store: Store, accountId: number | undefined) => Promise<void>,
): Promise<void> {
  if (account === undefined && !installation) {
    command.error('error: say whose key it is: --account <login> or --installation', {
      exitCode: 64,
    })
  }
  return withStore(async (store) => {
    const { app, calls } = store
    const found = account === undefined ? undefined : await app.findAccount(calls, account)
    await work(store, found?.accountId)
  })
}
