import { errorMessage, type Logger, OutdialError, type Service } from '#base'
import { addAccount, addTrunk, authenticate, listTrunks } from '#calls'
import type { Trunk } from '#model'
import type { Config } from './config.ts'
import { type Machine, systemMachine } from './machine.ts'
import { type Ground, type Parts, wire, wireGround } from './wire.ts'

/** A server in operation. */
export interface RunningServer {
  readonly parts: Parts
  readonly httpAddress: { readonly host: string; readonly port: number }
  /** Resolves when it has stopped by itself, because another process runs under its node's name. */
  readonly replaced: Promise<void>
  /** No new calls; those in progress are let finish, then hung up; then everything ends. Twice-safe. */
  stop(): Promise<void>
}

/**
 * Starts a server: store, then the parts that place calls, which take up what an earlier process left
 * open, and HTTP last, when a call that is accepted can be kept. Throws what hinders it, with all undone.
 */
export async function run(
  config: Config,
  log?: Logger,
  machine: Machine = systemMachine,
): Promise<RunningServer> {
  const unlock = machine.lockDataFolder(config.dataFolder)
  const started: Service[] = [{ start: async () => {}, stop: async () => unlock() }]
  const replaced = Promise.withResolvers<void>()
  let ground: Ground | undefined
  const begin = async (service: Service): Promise<void> => {
    started.push(service)
    await service.start()
  }
  const stop = async (): Promise<void> => {
    for (const service of started.splice(0).reverse()) {
      // One that fails to stop must not keep the others, PostgreSQL among them, from it.
      await service.stop().catch((error: unknown) => {
        ground?.log.error('a part did not stop', { error: errorMessage(error) })
      })
    }
  }
  try {
    ground = wireGround(config, log, machine)
    await begin(ground.db)
    await machine.migrate(ground.db, ground.log)
    await settle(config, ground)
    const trunks = await trunksOf(config, ground)
    const parts = await wire(config, ground, trunks, () => {
      void stop().then(replaced.resolve)
    })
    const { userAgent, media, sessions, prompts, recordings, traces, telemetry } = parts
    if (telemetry !== undefined) await begin(telemetry)
    for (const part of [recordings, userAgent, media, sessions, prompts, traces]) {
      await begin(part)
    }
    const { metrics, trunkWatch, resultLoop, sweeper, statistics, cancelWatch, callLoop } = parts
    const loops = [metrics, trunkWatch, resultLoop, sweeper, statistics, cancelWatch, callLoop]
    const { nodeReporter, dialogueDesk, http } = parts
    for (const part of [...loops, nodeReporter, dialogueDesk, http]) await begin(part)
    return { parts, httpAddress: parts.http.address, replaced: replaced.promise, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The account that the settings name exists from the first start on. */
async function settle(config: Config, { calls, log }: Ground): Promise<void> {
  if (config.account === undefined) return
  try {
    await addAccount(calls, config.account)
    log.info('account made', { login: config.account.login })
  } catch (error) {
    if (!(error instanceof OutdialError && error.code === 'account-exists')) throw error
    await authenticate(calls, config.account).catch(() => {
      log.warn('OUTDIAL_ACCOUNT has another PIN than the account: the stored one counts')
    })
  }
}

/** The trunk of the settings comes first and is stored under its name; then those added by hand. */
async function trunksOf(config: Config, { calls, log }: Ground): Promise<Trunk[]> {
  if (config.trunk !== undefined) await addTrunk(calls, config.trunk, { replace: true })
  const trunks = await listTrunks(calls)
  if (trunks.length === 0) {
    log.warn('no trunk: calls are queued and wait. Set OUTDIAL_TRUNK or run `outdial trunk add`')
  }
  const first = trunks.filter(({ name }) => name === config.trunk?.name)
  return [...first, ...trunks.filter(({ name }) => name !== config.trunk?.name)]
}
