import {
  type Clock,
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
  type Logger,
  type Random,
  type Service,
  systemClock,
  systemRandom,
} from '#base'
import { type SessionHost, SessionWorkers, type SessionWorkersOptions } from '#dialer'
import { RecordingArchive, type RecordingArchiveOptions } from '#recordings'
import { MediaEngine, type MediaEngineOptions } from '#rtp'
import type { UserAgentOptions } from '#sip'
import { PromptRenderer, type PromptRendererOptions } from '#speech'
import { type Database, type DatabaseOptions, migrate, openDatabase } from '#store'
import { HttpServer, type HttpServerOptions } from './http-server.ts'
import { Metrics, type MetricsOptions } from './metrics/metrics.ts'
import { lockDataFolder } from './node-lock.ts'

export type MediaPort = Service &
  Pick<MediaEngine, 'openStream'> &
  Partial<Pick<MediaEngine, 'lateness' | 'load'>>
export type PromptPort = Service & Pick<PromptRenderer, 'prepare' | 'render'>
export type RecordingPort = Service & Pick<RecordingArchive, 'folder' | 'note'>
export type MetricsPort = Service & Pick<Metrics, 'scrape' | 'contentType'>
export type HttpPort = Service & Pick<HttpServer, 'address'>

/**
 * What a server stands on: time, chance, sockets, threads and files. Everything above is the same on
 * the machine that it runs on and in a simulated world.
 */
export interface Machine {
  readonly clock: Clock
  readonly random: Random
  /** Throws where another process has the folder; returns what gives it back. */
  lockDataFolder(folder: string): () => void
  openDatabase(options: DatabaseOptions): Database
  /** Brings the tables up to date. */
  migrate(db: Database, log: Logger): Promise<unknown>
  createFetch(options: GuardedFetchOptions): GuardedFetch
  readonly sip: Pick<UserAgentOptions, 'transports' | 'openUdp'>
  openMedia(options: MediaEngineOptions): MediaPort
  openSessions(options: SessionWorkersOptions): SessionHost
  openPrompts(options: PromptRendererOptions): PromptPort
  openRecordings(options: RecordingArchiveOptions): RecordingPort
  /** Counts what all servers of this process measure. */
  openMetrics(options: MetricsOptions): MetricsPort
  openHttp(options: HttpServerOptions): HttpPort
}

export const systemMachine: Machine = {
  clock: systemClock,
  random: systemRandom,
  lockDataFolder,
  openDatabase,
  migrate: (db, log) => migrate(db, { log }),
  createFetch: createGuardedFetch,
  sip: { transports: ['udp', 'tcp', 'tls'] },
  openMedia: (options) => new MediaEngine(options),
  openSessions: (options) => new SessionWorkers(options),
  openPrompts: (options) => new PromptRenderer(options),
  openRecordings: (options) => new RecordingArchive(options),
  openMetrics: (options) => new Metrics(options),
  openHttp: (options) => new HttpServer(options),
}
