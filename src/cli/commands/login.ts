import { Command } from 'commander'
import { OutdialError } from '#base'
import type { ClientOptions } from '#client'
import { argument } from '../argument.ts'
import { parseServer } from '../parse-server.ts'
import { printAnswer } from '../print-answer.ts'
import { askLine, askSecret } from '../server/ask-secret.ts'
import { clientOf } from '../server/connect.ts'
import { removeLogin, type Server, writeLogin } from '../server/login-file.ts'

interface LoginOptions {
  readonly key?: string
  readonly account?: string
  readonly pin?: string
  readonly json?: true
}

export function loginCommand(): Command {
  const command = new Command('login')
    .description('keep a server and what opens it, for the commands that ask a server')
    .argument('<url>', 'of the server, for example https://outdial.example', argument(parseServer))
    .option('--key <key>', 'of an account (outdial key add --account)')
    .option('--account <login>', 'instead of a key: an account, with its PIN')
    .option('--pin <pin>', 'its PIN')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nWhat is missing is asked for on the terminal, where others on the machine cannot read it. It is kept when' +
        '\nthe server has taken it, in $XDG_CONFIG_HOME/outdial/login.json (~/.config), which only you can read.' +
        '\nOUTDIAL_URL and OUTDIAL_KEY come before it.',
    )
    .action(async (url: string, options: LoginOptions) => {
      if (options.key !== undefined && (options.account ?? options.pin) !== undefined) {
        command.error('outdial: give --key, or --account and --pin.', { exitCode: 64 })
      }
      const server = { url, auth: await authOf(options) }
      const account = await accountOf(server)
      const file = writeLogin(server)
      const text = `Logged in to ${url} as account ${account}; kept in ${file}.`
      printAnswer(options.json, { server: url, account, file }, text)
    })
  return command
}

export function logoutCommand(): Command {
  return new Command('logout')
    .description('forget what outdial login has kept; the key itself goes on to be good')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) => {
      removeLogin()
      printAnswer(json, { logged_in: false }, 'Logged out.')
    })
}

async function authOf({ key, account, pin }: LoginOptions): Promise<ClientOptions['auth']> {
  if (key !== undefined) return { key }
  if (account !== undefined && pin !== undefined) return { login: account, pin }
  if (process.stdin.isTTY !== true) {
    const sentence = 'There is no terminal to ask on. Give --key, or --account and --pin.'
    throw new OutdialError('login-missing', sentence)
  }
  if (account === undefined && pin === undefined) {
    const typed = await askSecret('Key (empty: an account and its PIN): ')
    if (typed !== '') return { key: typed }
  }
  const login = account ?? (await askLine('Account: '))
  return { login, pin: pin ?? (await askSecret('PIN: ')) }
}

/** Whose credentials they are. What answers may be any web server. */
async function accountOf(server: Server): Promise<string> {
  const { login } = await clientOf(server).getAccount()
  if (typeof login === 'string') return login
  const sentence = `What answers at ${server.url} is no Outdial server. Check the URL.`
  throw new OutdialError('server-unreachable', sentence)
}
