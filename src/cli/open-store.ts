import type { Config, Ground } from '#app'
import { loginOf } from './login-of.ts'

type App = typeof import('#app')
export type Account = Awaited<ReturnType<App['findAccount']>>

/** The store of the settings, open, with all that can be done in it. */
export interface Store {
  readonly app: App
  readonly config: Config
  readonly ground: Ground
  readonly calls: Ground['calls']
}

/** What a server is made of takes a second to load: only a command that needs it does. */
export async function loadApp(): Promise<{ readonly app: App; readonly config: Config }> {
  const app = await import('#app')
  return { app, config: app.loadConfig(process.env) }
}

/** Opens the store, whether or not a server runs, and closes it after. */
export async function withStore<Answer>(work: (store: Store) => Promise<Answer>): Promise<Answer> {
  const { app, config } = await loadApp()
  return app.withGround(config, ({ ground }) => work({ app, config, ground, calls: ground.calls }))
}

/** The same for an account: that of `login`, else of OUTDIAL_ACCOUNT. @throws OutdialError `account-missing` */
export async function withAccount<Answer>(
  given: string | undefined,
  work: (store: Store, account: Account) => Promise<Answer>,
): Promise<Answer> {
  const { app, config } = await loadApp()
  const login = loginOf(config, given)
  return app.withGround(config, async ({ ground }) => {
    const { calls } = ground
    return work({ app, config, ground, calls }, await app.findAccount(calls, login))
  })
}
