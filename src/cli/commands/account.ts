import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import {
  accountSettings,
  accountView,
  addAccount,
  changePin,
  editAccount,
  findAccount,
  loadConfig,
  rotateWebhookSecret,
  webhookSecrets,
  webhookSecretView,
  withGround,
} from '#app'
import { argument } from '../argument.ts'
import { auditCommand } from '../audit-command.ts'
import { ACCOUNT_FIELDS, namesOf } from '../fields.ts'
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
        await withGround(loadConfig(process.env), async ({ ground: { calls } }) => {
          await addAccount(calls, { login, pin, ...options })
          await auditCommand(calls, { action: 'createAccount', subject: `account ${login}` })
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
      withAccount(login, json, async (calls, { accountId }) => {
        const edited = await editAccount(calls, { accountId, fields: Object.fromEntries(given) })
        const detail = { fields: given.map(([field]) => field).join(', ') }
        const entry = { action: 'editAccount', subject: `account ${login}`, detail }
        await auditCommand(calls, entry)
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
      withAccount(login, json, (calls, { accountId }) => accountSettings(calls, accountId)),
    )
}

function pinCommand(): Command {
  return new Command('pin')
    .description('give an account another PIN, which is asked for, or read from standard input')
    .argument('<login>')
    .option('--json', 'as JSON')
    .action(async (login: string, { json }: Output) => {
      const pin = await readSecret('PIN (1 to 16 characters): ')
      await withGround(loadConfig(process.env), async ({ ground: { calls } }) => {
        const { accountId } = await findAccount(calls, login)
        await changePin(calls, { accountId, pin })
        await auditCommand(calls, { accountId, action: 'changePin', subject: 'owner' })
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
      withGround(loadConfig(process.env), async ({ ground: { calls } }) => {
        const { accountId } = await findAccount(calls, login)
        const secrets = options.rotate
          ? await rotateWebhookSecret(calls, { accountId, keepOldSeconds: options.keepOld })
          : await webhookSecrets(calls, accountId)
        if (options.rotate) {
          await auditCommand(calls, { accountId, action: 'rotateWebhookSecret', subject: '' })
        }
        printAnswer(options.json, webhookSecretView(secrets), secrets.secret)
      }),
    )
}

function readSeconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error('It may be a whole number of seconds from 0 on.')
}

type Calls = Parameters<typeof accountSettings>[0]
type Account = Awaited<ReturnType<typeof findAccount>>

async function withAccount(
  login: string,
  json: true | undefined,
  work: (calls: Calls, account: Account) => ReturnType<typeof accountSettings>,
): Promise<void> {
  const view = await withGround(loadConfig(process.env), async ({ ground: { calls } }) => {
    const account = await findAccount(calls, login)
    return accountView(account, await work(calls, account))
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
