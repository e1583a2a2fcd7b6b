import { type Command, Option } from 'commander'
import { OutdialError } from '#base'
import type { Client } from '#client'
import { type Account, type Store, withAccount, withStore } from './open-store.ts'
import { clientOf, namedServer, type ServerOptions, serverOptions } from './server/connect.ts'

/** Two ways to one answer, in the words of the JSON interface: a server’s, and the store’s. */
export interface Doors<Answer, Opened extends unknown[] = [store: Store]> {
  readonly server: (client: Client) => Promise<Answer>
  readonly store: (...opened: Opened) => Promise<Answer>
}

export interface WhereOptions extends ServerOptions {
  readonly store?: true
}

export interface WhoseOptions extends WhereOptions {
  /** Login of an account. */
  readonly account?: string
}

export const WHO_ANSWERS =
  '\nA server answers where one is named: by --server, else by OUTDIAL_URL, else by outdial login. Where none is,' +
  '\nor with --store, the store does, by the settings of the server, whether or not one runs.'

/** Of every command that either a server or the store answers. */
export function whereOptions(command: Command): Command {
  for (const option of serverOptions()) command.addOption(option)
  return command
    .option('--store', 'ask the store, whatever server is named')
    .addHelpText('after', WHO_ANSWERS)
}

/** The same of what one account has. */
export function whoseOptions(command: Command): Command {
  const says = 'whose (default: that of the login; of the store, that of OUTDIAL_ACCOUNT)'
  return whereOptions(command.addOption(new Option('--account <login>', says)))
}

/** One rule for all: the server that is named, else the store. */
export function ask<Answer>(where: WhereOptions, doors: Doors<Answer>): Promise<Answer> {
  const client = clientNamed(where)
  return client === undefined ? withStore(doors.store) : doors.server(client)
}

/** The same of one account. @throws OutdialError `account-missing`, `store-only` */
export async function askOfAccount<Answer>(
  { account, ...where }: WhoseOptions,
  doors: Doors<Answer, [store: Store, account: Account]>,
): Promise<Answer> {
  const client = clientNamed(where)
  if (client === undefined) return withAccount(account, doors.store)
  if (account !== undefined) await refuseOthers(client, account)
  return doors.server(client)
}

/** A server answers for the account of its login alone. @throws OutdialError `store-only` */
export async function refuseOthers(client: Client, account: string): Promise<void> {
  const { login } = await client.getAccount()
  if (login === account) return
  throw storeOnly(`The login is that of the account ${login}, and sees nothing of ${account}`)
}

/** What no server is asked for. */
export function storeOnly(why: string): OutdialError {
  return new OutdialError('store-only', `${why}. To ask the store instead, add --store.`)
}

/** Of the server that is named; undefined where the store is to be asked. @throws OutdialError `login-missing` */
export function clientNamed({ store, ...options }: WhereOptions): Client | undefined {
  const server = store === true ? undefined : namedServer(options)
  return server === undefined ? undefined : clientOf(server)
}
