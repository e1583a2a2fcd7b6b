import { Option } from 'commander'
import { errorMessage, OutdialError } from '#base'
import { type Client, createClient } from '#client'
import { argument } from '../argument.ts'
import { parseServer } from '../parse-server.ts'
import { readLogin, type Server } from './login-file.ts'
import { readServerSettings } from './server-settings.ts'

export interface ServerOptions {
  readonly server?: string
  readonly key?: string
}

/** Of every command that asks a server. */
export function serverOptions(): Option[] {
  return [
    new Option(
      '--server <url>',
      'the server (default: OUTDIAL_URL, then that of outdial login)',
    ).argParser(argument(parseServer)),
    new Option('--key <key>', 'what opens it (default: OUTDIAL_KEY, then that of outdial login)'),
  ]
}

/** @throws OutdialError `login-missing` */
export function connect(options: ServerOptions): Client {
  const server = namedServer(options)
  if (server !== undefined) return clientOf(server)
  throw new OutdialError(
    'login-missing',
    'No server is named. Log in (outdial login URL), or give --server or OUTDIAL_URL, and OUTDIAL_KEY.',
  )
}

/** The one that is named, with what opens it. @throws OutdialError `login-missing` */
export function namedServer(options: ServerOptions): Server | undefined {
  const url = namedUrl(options)
  if (url === undefined) return undefined
  const auth = authFor(url, options)
  if (auth !== undefined) return { url, auth }
  const sentence = `Nothing opens ${url}. Log in there (outdial login ${url}), or set OUTDIAL_KEY.`
  throw new OutdialError('login-missing', sentence)
}

/** That of `--server`, of `OUTDIAL_URL` or of the login, whichever comes first. */
export function namedUrl({ server }: ServerOptions): string | undefined {
  return server ?? readServerSettings(process.env).url ?? readLogin()?.url
}

/** The key of `--key`, of `OUTDIAL_KEY`, or of the login, where that is for the same server. */
export function authFor(url: string, options: ServerOptions): Server['auth'] | undefined {
  const key = options.key ?? readServerSettings(process.env).key
  if (key !== undefined) return { key }
  const login = readLogin()
  // A key is told to no server but its own.
  const isItsOwn = login !== undefined && new URL(login.url).href === new URL(url).href
  return isItsOwn ? login.auth : undefined
}

/** Its methods reject with `server-unreachable` where nobody answers. */
export function clientOf({ url, auth }: Server): Client {
  const reach: typeof fetch = async (request, init) => {
    try {
      return await fetch(request, init)
    } catch (cause) {
      if (init?.signal?.aborted) throw cause
      const sentence =
        `No Outdial server answers at ${url}: ${reasonOf(cause)} ` +
        'Start it (outdial serve), or say where it is (--server, OUTDIAL_URL, outdial login).'
      throw new OutdialError('server-unreachable', sentence, { cause, temporary: true })
    }
  }
  return createClient({ url, auth, fetch: reach })
}

/** fetch says "fetch failed", and tells why in its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error
  const why = errorMessage(cause ?? error)
  return /[.!?]$/.test(why) ? why : `${why}.`
}
