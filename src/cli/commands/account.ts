import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { argument } from '../argument.ts'
import { auditCommand, namedOf } from '../audit-command.ts'
import { ACCOUNT_FIELDS, namesOf } from '../fields.ts'
import { type Account, type Store, withStore } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'
import { type Field, fieldCollector } from '../read-field.ts'
import { readSecret } from '../read-secret.ts'

interface Output {
  readonly json?: true
}

export function accountCommand(): Command {
  return new Command('account')
    .description('accounts')
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(showCommand())
    .addCommand(pinCommand())
    .addCommand(secretCommand())
}

function addCommand(): Command {
  return new Command('add')
    .description('make an account that may queue calls')
    .argument('<login>', '1 to 128 characters')
    .argument('<pin>', '1 to 16 characters; stored hashed. -: read from standard input')
    .option('--time-zone <zone>', 'IANA name; times without a zone are read in it', 'UTC')
    .option('--country <code>', 'ISO 3166 code; national phone numbers are read in it', 'US')
    .option('--json', 'as JSON')
    .action(
      async (
        login: string,
        given: string,
        { json, ...options }: Output & { timeZone: string; country: string },
      ) => {
        // On the command line everybody on the machine can read it.
        const pin = given === '-' ? (await text(process.stdin)).replace(/\r?\n$/, '') : given
        await withStore(async (store) => {
          await store.app.addAccount(store.calls, { login, pin, ...options })
          await auditCommand(store, { action: 'createAccount', subject: `account ${login}` })
        })
        const { timeZone: time_zone, country } = options
        printAnswer(json, { login, time_zone, country }, `Account ${login} is made.`)
      },
    )
}

function setCommand(): Command {
  return new Command('set')
    .description('change what counts for all calls of an account')
    .argument('<login>')
    .argument(
      '<field=value...>',
      'for example number_gap=3600; nothing after the = takes a value away',
      fieldCollector(ACCOUNT_FIELDS),
    )
    .option('--json', 'as JSON')
    .addHelpText('after', `\nFields: ${namesOf(ACCOUNT_FIELDS)}.`)
    .action((login: string, given: readonly Field[], { json }: Output) =>
      tell(login, json, async (store, { accountId }) => {
        const fields = Object.fromEntries(given)
        const edited = await store.app.editAccount(store.calls, { accountId, fields })
        const entry = { action: 'editAccount', subject: `account ${login}` }
        await auditCommand(store, { ...entry, detail: namedOf(fields) })
        return edited
      }),
    )
}

function showCommand(): Command {
  return new Command('show')
    .description('show the settings of an account')
    .argument('<login>')
    .option('--json', 'as JSON')
    .action((login: string, { json }: Output) =>
      tell(login, json, ({ app, calls }, { accountId }) => app.accountSettings(calls, accountId)),
    )
}

function pinCommand(): Command {
  return new Command('pin')
    .description('give an account another PIN, which is asked for, or read from standard input')
    .argument('<login>')
    .option('--json', 'as JSON')
    .action(async (login: string, { json }: Output) => {
      const pin = await readSecret('PIN (1 to 16 characters): ')
      await withStore(async (store) => {
        const { app, calls } = store
        const { accountId } = await app.findAccount(calls, login)
        await app.changePin(calls, { accountId, pin })
        await auditCommand(store, { accountId, action: 'changePin', subject: 'owner' })
      })
      printAnswer(json, { login, pin_changed: true }, `Account ${login} has another PIN.`)
    })
}

function secretCommand(): Command {
  return new Command('secret')
    .description('show what the account’s results are signed with, or sign with a new one')
    .argument('<login>')
    .option('--rotate', 'sign with a new one from now on')
    .option(
      '--keep-old <seconds>',
      'so long the old one signs as well (default: a day)',
      argument(readSeconds),
    )
    .option('--json', 'as JSON')
    .action((login: string, options: Output & { rotate?: true; keepOld?: number }) =>
      withStore(async (store) => {
        const { app, calls } = store
        const { accountId } = await app.findAccount(calls, login)
        const secrets = options.rotate
          ? await app.rotateWebhookSecret(calls, { accountId, keepOldSeconds: options.keepOld })
          : await app.webhookSecrets(calls, accountId)
        if (options.rotate) await auditCommand(store, { accountId, action: 'rotateWebhookSecret' })
        printAnswer(options.json, app.webhookSecretView(secrets), secrets.secret)
      }),
    )
}

function readSeconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error('It may be a whole number of seconds from 0 on.')
}

async function tell(
  login: string,
  json: true | undefined,
  work: (store: Store, account: Account) => ReturnType<Store['app']['accountSettings']>,
): Promise<void> {
  const view = await withStore(async (store) => {
    const { app, calls } = store
    const account = await app.findAccount(calls, login)
    return app.accountView(account, await work(store, account))
  })
  printAnswer(json, view, describeSettings(view))
}

/** A line for each that has a value, as `set` takes it. */
function describeSettings(view: object): string {
  return Object.entries(view)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n')
}
