import { type Config, type RunningServer, run, type TracedAttempt, traceCall } from '#app'
import { silentLogger } from '#base'
import type { CallsContext } from '#calls'
import type { CarrierOptions, CarrierScript } from '#carrier'
import type { Trunk } from '#model'
import { type CallRecord, type Database, findCall, insertTrunk } from '#store'
import { openTestDatabase } from './database.ts'
import { Lab } from './lab.ts'
import { until } from './until.ts'
import type { Page } from './web-application.ts'

export interface ServerLabOptions {
  readonly pages?: Readonly<Record<string, Page>>
  readonly script?: CarrierScript
  /** What the carrier takes of those whom it challenges. */
  readonly credentials?: CarrierOptions['credentials']
  /** Given the lab's own configuration. */
  readonly config?: (lab: Lab) => Partial<Config> | Promise<Partial<Config>>
  /** Added to that of the configuration. */
  readonly trunks?: () => readonly Trunk[]
  /** Stands between the server and its database: gets the database's URL, returns the one to use. */
  readonly databaseUrl?: (url: string) => Promise<string>
}

/** A lab with a database of its own and a server in this process. */
export interface ServerLab {
  readonly lab: Lab
  readonly server: RunningServer
  readonly url: string
  /** The test's own way to the database, past whatever stands between. */
  readonly db: Database
  /** The same, for a further node. */
  readonly databaseUrl: string
  /** What is on disk of a call. */
  call(callId: number): Promise<CallRecord>
  /** Its last attempt as `outdial trace` shows it, once that is kept. */
  trace(callId: number): Promise<TracedAttempt>
  close(): Promise<void>
}

export async function openServerLab(options: ServerLabOptions = {}): Promise<ServerLab> {
  const { pages = {}, script = {}, databaseUrl = async (url: string) => url } = options
  const { credentials } = options
  const lab = await Lab.start(pages, { script, ...(credentials && { credentials }) })
  const database = await openTestDatabase()
  const config = lab.config({
    databaseUrl: await databaseUrl(database.url),
    ...(await options.config?.(lab)),
  })
  for (const trunk of options.trunks?.() ?? []) await insertTrunk(database.db, trunk)
  const server = await run(config, silentLogger)
  const { host, port } = server.httpAddress
  return {
    lab,
    server,
    url: `http://${host}:${port}`,
    db: database.db,
    databaseUrl: database.url,
    call: (callId) => callOnDisk(database.db, callId),
    trace: (callId) => keptTrace(server.parts.calls, callId),
    async close() {
      await server.stop()
      await lab.stop()
      await database.close()
    },
  }
}

async function keptTrace(calls: CallsContext, callId: number): Promise<TracedAttempt> {
  const last = async () => (await traceCall(calls, { callId }))?.attempts.at(-1)
  await until(async () => (await last())?.completeness === 'kept')
  return (await last())!
}

export async function callOnDisk(db: Database, callId: number): Promise<CallRecord> {
  const call = await findCall(db, callId)
  if (call === undefined) throw new Error(`There is no call ${callId}.`)
  return call
}
