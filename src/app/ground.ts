import { migrate } from '#store'
import type { Config } from './config.ts'
import { type Ground, wireGround } from './wire.ts'

/** What `work` gets: the open store with its verbs, and which migrations opening it applied. */
export interface OpenGround {
  readonly ground: Ground
  readonly applied: readonly string[]
}

/** Opens the store beside a running server or alone, brings it up to date, and closes it after. */
export async function withGround<Answer>(
  config: Config,
  work: (open: OpenGround) => Promise<Answer>,
): Promise<Answer> {
  const ground = wireGround({ ...config, logLevel: 'warn' })
  await ground.db.start()
  try {
    const { applied } = await migrate(ground.db, { log: ground.log })
    return await work({ ground, applied })
  } finally {
    await ground.db.stop()
  }
}
