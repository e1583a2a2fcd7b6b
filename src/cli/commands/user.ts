import { Command, Option } from 'commander'
import { OutdialError } from '#base'
import type { Role } from '#client'
import { auditCommand } from '../audit-command.ts'
import { type Store, withAccount } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'
import { readSecret } from '../read-secret.ts'
import { ROLES } from '../roles.ts'

const PAGE = 1000

type FoundUser = Awaited<ReturnType<Store['app']['editUser']>>

interface Output {
  readonly json?: true
}

/** People of an account, who sign in to the pages by name. */
export function userCommand(): Command {
  return new Command('user')
    .description('people of an account, who sign in to its pages')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand())
}

function addCommand(): Command {
  return new Command('add')
    .description('make a user; the password is asked for, or read from standard input')
    .argument('<login>', 'of the account')
    .argument('<name>', '1 to 128 characters')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('operator'))
    .option('--json', 'as JSON')
    .action(async (login: string, name: string, { role, json }: Output & { role: Role }) => {
      const password = await readSecret('Password (12 to 128 characters): ')
      const made = await withAccount(login, async (store, { accountId }) => {
        const { app, calls } = store
        const user = await app.addUser(calls, { accountId, fields: { name, role, password } })
        const entry = { action: 'createUser', subject: `user ${user.userId}` }
        await auditCommand(store, { accountId, ...entry, detail: { name, role } })
        return app.userView(user)
      })
      printAnswer(json, made, `User ${name} of ${login} is made.`)
    })
}

function listCommand(): Command {
  return new Command('list')
    .description('show the users of an account')
    .argument('<login>', 'of the account')
    .option('--json', 'one JSON object a line')
    .action((login: string, { json }: Output) =>
      withAccount(login, async (store, { accountId }) => {
        for await (const user of everyUser(store, accountId)) {
          const seen = user.lastSignInAt?.toISOString() ?? 'never signed in'
          printAnswer(json, store.app.userView(user), `${user.role}  ${seen}  ${user.name}`)
        }
      }),
    )
}

function setCommand(): Command {
  const command = new Command('set')
    .description('change a user’s role or password, and end the user’s sessions')
    .argument('<login>', 'of the account')
    .argument('<name>')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES))
    .option('--password', 'another one, which is asked for, or read from standard input')
    .option('--json', 'as JSON')
  return command.action(
    async (
      login: string,
      name: string,
      { role, password: isAsked, json }: Output & { role?: Role; password?: true },
    ) => {
      if (role === undefined && isAsked === undefined) {
        command.error('error: say what changes: --role <role> or --password', { exitCode: 64 })
      }
      const password = isAsked && (await readSecret('Password (12 to 128 characters): '))
      const edited = await withAccount(login, async (store, { accountId }) => {
        const { app, calls } = store
        const { userId } = await findUser(store, accountId, name)
        const fields = { ...(role && { role }), ...(password !== undefined && { password }) }
        const user = await app.editUser(calls, { accountId, userId, fields })
        const detail = { ...(role && { role }), ...(isAsked && { password: '****' }) }
        const entry = { action: 'editUser', subject: `user ${userId}`, detail }
        await auditCommand(store, { accountId, ...entry })
        return app.userView(user)
      })
      printAnswer(json, edited, `User ${name} of ${login} is changed.`)
    },
  )
}

function removeCommand(): Command {
  return new Command('remove')
    .description('remove a user, and end the user’s sessions')
    .argument('<login>', 'of the account')
    .argument('<name>')
    .option('--json', 'as JSON')
    .action(async (login: string, name: string, { json }: Output) => {
      await withAccount(login, async (store, { accountId }) => {
        const { userId } = await findUser(store, accountId, name)
        await store.app.removeUser(store.calls, { accountId, userId })
        const entry = { action: 'removeUser', subject: `user ${userId}`, detail: { name } }
        await auditCommand(store, { accountId, ...entry })
      })
      printAnswer(json, { name, removed: true }, `User ${name} of ${login} is removed.`)
    })
}

async function findUser(store: Store, accountId: number, name: string): Promise<FoundUser> {
  for await (const user of everyUser(store, accountId)) if (user.name === name) return user
  throw new OutdialError('user-not-found', `There is no user ${name}; outdial user list has them.`)
}

async function* everyUser({ app, calls }: Store, accountId: number): AsyncGenerator<FoundUser> {
  let after: string | undefined
  for (;;) {
    const page = await app.usersOf(calls, { accountId, after, limit: PAGE })
    yield* page
    if (page.length < PAGE) return
    after = page.at(-1)?.name
  }
}
