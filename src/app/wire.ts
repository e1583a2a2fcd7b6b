import { join } from 'node:path'
import { createApi, DEFAULT_REQUEST_LIMITS } from '#api'
import {
  assert,
  type Clock,
  createLogger,
  errorMessage,
  type GuardedFetch,
  type Logger,
  localAddressTowards,
  OutdialError,
  type Random,
  type Service,
} from '#base'
import type { CallsContext } from '#calls'
import {
  CallTraces,
  type Dialer,
  fetchForSession,
  recoverAttempt,
  runAttempt,
  type SessionHost,
  TrunkWatch,
  trunkEndpoint,
} from '#dialer'
import { orderTrunks, type Trunk } from '#model'
import { DELIVERY_SCHEDULE, ResultLoop } from '#results'
import {
  CallLoop,
  CancelWatch,
  NodeReporter,
  StartCounter,
  StatisticsKeeper,
  Sweeper,
} from '#schedule'
import { findServers, UserAgent } from '#sip'
import type { Database } from '#store'
import { DEFAULT_LIMITS } from '#vxml'
import { createPages, removeOldDrafts } from '#web'
import type { Config } from './config.ts'
import { lookAtTrunk } from './diagnose-trunks.ts'
import type { HttpServerOptions } from './http-server.ts'
import {
  type HttpPort,
  type Machine,
  type MediaPort,
  type MetricsPort,
  type PromptPort,
  type RecordingPort,
  systemMachine,
} from './machine.ts'
import { openPcap } from './open-pcap.ts'
import { createOperations } from './operations.ts'
import { PRODUCT, VERSION } from './product.ts'
import { readCallRecording } from './read-call-recording.ts'
import { recordingSettings } from './recording-settings.ts'
import { DialogueDesk } from './trials/dialogue-desk.ts'
import { readTrunkCredential } from './trunk-credential.ts'
import { readTrunkTls } from './trunk-tls.ts'
import { createUrlCheck } from './url-check.ts'

/** After a crash mid-dial a number rests for the ring time-out, 64·T1 = 32 s, and a margin. */
const QUARANTINE_BEYOND_RINGING_SECONDS = 32 + 3
/** A result is looked for at least so often, whatever wake-ups were lost. */
const RESULT_POLL_MS = 1000
const FINAL_PROCESSING_MS = 30_000
const PROMPT_CACHE_BYTES = 64 << 20

/** The store and the verbs over it: enough for commands that do not place calls. */
export interface Ground {
  readonly machine: Machine
  readonly db: Database
  readonly calls: CallsContext
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
}

/** Everything of one server, built and joined, nothing started. */
export interface Parts extends Ground {
  readonly userAgent: UserAgent
  readonly trunkWatch: TrunkWatch
  readonly media: MediaPort
  readonly sessions: SessionHost
  readonly prompts: PromptPort
  readonly recordings: RecordingPort
  readonly traces: CallTraces
  /** Absent where no collector is named. */
  readonly telemetry: Service | undefined
  readonly dialer: Dialer
  readonly callLoop: CallLoop
  readonly cancelWatch: CancelWatch
  readonly sweeper: Sweeper
  readonly statistics: StatisticsKeeper
  readonly nodeReporter: NodeReporter
  readonly resultLoop: ResultLoop
  readonly metrics: MetricsPort
  readonly dialogueDesk: DialogueDesk
  readonly http: HttpPort
}

export function wireGround(
  config: Config,
  log = createLogger(config.logLevel),
  machine: Machine = systemMachine,
): Ground {
  const { clock, random } = machine
  const db = machine.openDatabase({
    ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }),
    dataFolder: config.dataFolder,
    log,
    clock,
  })
  const calls: CallsContext = {
    db,
    log,
    clock,
    random,
    checkUrls: createUrlCheck(wireFetch(config, machine)),
    settings: {
      defaultCountry: 'US',
      retryIntervalScale: config.retryIntervalScale,
      quarantineSeconds: config.ringTimeoutSeconds + QUARANTINE_BEYOND_RINGING_SECONDS,
      installation: { lines: config.lines, callsPerSecond: config.callsPerSecond },
    },
  }
  return { machine, db, calls, log, clock, random }
}

/** `onReplaced`: another process has this node's name; this one must end. */
export async function wire(
  config: Config,
  ground: Ground,
  trunks: readonly Trunk[],
  onReplaced: () => void,
): Promise<Parts> {
  const { machine, db, calls, log, clock, random } = ground
  const fetch = wireFetch(config, machine)
  const host = await ownAddress(config, random, trunks)
  const { traces, telemetry } = await wireTraces(config, ground)
  const userAgent = wireUserAgent(config, ground, { host, trunks, traces })
  const trunkWatch = new TrunkWatch({
    userAgent,
    trunks,
    clock,
    log,
    onChange: () => callLoop.wake(),
  })
  const media = machine.openMedia({ log, clock, random, host, ports: config.rtpPorts })
  const sessions = machine.openSessions({ clock, log, ...config.limits })
  const prompts = machine.openPrompts({ fetch, log, clock, cacheBytes: PROMPT_CACHE_BYTES })
  const recordings = machine.openRecordings({
    ...recordingSettings(config, ground),
    ...{ db, clock, random, log },
  })
  const dialer: Dialer = {
    calls,
    userAgent,
    media,
    prompts,
    sessions,
    recordings,
    fetch,
    clock,
    random,
    log,
    settings: dialerSettings(config),
    trunks,
    credentials: readCredentials(trunks),
    traces,
    doubtTrunk: (trunk) => trunkWatch.doubt(trunk),
    restTrunk: (trunk, seconds) => trunkWatch.rest(trunk, seconds),
    takeSecondLine: ({ claim }, signal) => callLoop.takeSecondLine(claim, signal),
  }
  const starts = new StartCounter(clock)
  const callLoop = wireCallLoop(config, ground, { dialer, trunkWatch, trunks, starts, onReplaced })
  const cancelWatch = wireCancelWatch(config, ground, callLoop)
  const sweeper = wireSweeper(config, ground)
  const statistics = new StatisticsKeeper({ ...config, calls, clock, log })
  const nodeReporter = wireNodeReporter(config, ground, { starts, trunkWatch, trunks })
  const resultLoop = wireResultLoop(config, ground, fetch)
  const dialogueDesk = wireDialogueDesk(config, ground, { fetch, prompts })
  const site = wireHttp(config, ground, dialogueDesk)
  const metrics = wireMetrics(config, ground, { callLoop, trunkWatch, trunks, media })
  const operations = createOperations({ ...config, db, metrics })
  const http = machine.openHttp({ ...config.http, log, clock, ...site, operations })
  const workers = {
    userAgent,
    trunkWatch,
    media,
    sessions,
    prompts,
    recordings,
    traces,
    telemetry,
    dialer,
  }
  const loops = { callLoop, cancelWatch, sweeper, statistics, nodeReporter, resultLoop, metrics }
  return { ...ground, ...workers, ...loops, dialogueDesk, http }
}

interface CallLoopParts {
  readonly dialer: Dialer
  readonly trunkWatch: TrunkWatch
  readonly trunks: readonly Trunk[]
  readonly starts: StartCounter
  readonly onReplaced: () => void
}

function wireCallLoop(
  config: Config,
  { db, calls, clock, random, log }: Ground,
  { dialer, trunkWatch, trunks, starts, onReplaced }: CallLoopParts,
): CallLoop {
  return new CallLoop({
    db,
    calls,
    nodeId: config.node,
    nodeTimeoutMs: config.nodeTimeoutSeconds * 1000,
    limits: config,
    trunks,
    orderTrunks: (all) =>
      orderTrunks(
        all.filter((trunk) => trunkWatch.isUsable(trunk)),
        random,
      ),
    runAttempt: (claim, line, signals) => runAttempt(dialer, claim, line, signals),
    recoverAttempt: (left) => recoverAttempt(dialer, left),
    onStart: (accountId) => starts.note(accountId),
    onReplaced,
    drainMs: config.drainSeconds * 1000,
    pollScale: config.pollScale ?? 1,
    clock,
    log,
  })
}

function wireNodeReporter(
  { node: nodeId, pollScale = 1 }: Config,
  { calls, clock, log }: Ground,
  { starts, trunkWatch, trunks }: Pick<CallLoopParts, 'starts' | 'trunkWatch' | 'trunks'>,
): NodeReporter {
  const look = () => ({
    starts: starts.lately(),
    trunks: trunks.map((trunk) => trunkWatch.standing(trunk)),
  })
  return new NodeReporter({ calls, nodeId, look, pollScale, clock, log })
}

function wireMetrics(
  config: Config,
  { machine, db, clock }: Ground,
  parts: Pick<Parts, 'callLoop' | 'trunkWatch' | 'media'> & { readonly trunks: readonly Trunk[] },
): MetricsPort {
  const { callLoop, trunkWatch, trunks, media } = parts
  const server = {
    running: () => callLoop.running,
    limits: config,
    trunks: trunks.map((trunk) => {
      return { name: trunk.name, isUsable: () => trunkWatch.isUsable(trunk) }
    }),
    media: {
      busyMs: () => media.load?.busyMs ?? 0,
      lateness: () => media.lateness?.() ?? { p50Ms: 0, p99Ms: 0, maxMs: 0 },
    },
  }
  return machine.openMetrics({ db, clock, server, version: VERSION })
}

function wireResultLoop(
  { pollScale = 1, retryIntervalScale }: Config,
  { db, clock, log, random }: Ground,
  fetch: GuardedFetch,
): ResultLoop {
  const { pausesSeconds, jitter } = DELIVERY_SCHEDULE
  // In a demonstration nobody waits for hours.
  const schedule = { jitter, pausesSeconds: pausesSeconds.map((one) => one * retryIntervalScale) }
  const settings = { pollMs: RESULT_POLL_MS * pollScale, schedule }
  return new ResultLoop({ db, fetch, clock, log, random, settings })
}

function wireUserAgent(
  config: Config,
  { machine, clock, random, log }: Ground,
  parts: { readonly host: string; readonly trunks: readonly Trunk[]; readonly traces: CallTraces },
): UserAgent {
  const { host, trunks, traces } = parts
  return new UserAgent({
    clock,
    random,
    log,
    bind: config.sip,
    advertisedHost: host,
    ...machine.sip,
    tlsProfiles: Object.fromEntries(trunks.map((trunk) => [trunk.name, readTrunkTls(trunk)])),
    userAgentName: PRODUCT,
    ...(traces.mode === 'off' ? {} : { onMessage: traces.seeMessage }),
  })
}

async function wireTraces(
  config: Config,
  { calls, clock, log }: Ground,
): Promise<Pick<Parts, 'traces' | 'telemetry'>> {
  const { telemetryEndpoint: endpoint, node, trace: mode = 'off' } = config
  const options = { calls, clock, log, mode }
  if (endpoint === undefined) return { traces: new CallTraces(options), telemetry: undefined }
  // Much code, which few want.
  const { Telemetry } = await import('./telemetry/telemetry.ts')
  const telemetry = new Telemetry({ endpoint, node, version: VERSION })
  return { traces: new CallTraces({ ...options, onKept: telemetry.tell }), telemetry }
}

function wireCancelWatch(
  { node: nodeId, pollScale = 1 }: Config,
  { db, clock, log }: Ground,
  callLoop: CallLoop,
): CancelWatch {
  const cancel = callLoop.cancel.bind(callLoop)
  return new CancelWatch({ db, nodeId, clock, log, cancel, pollScale })
}

function dialerSettings(config: Config): Dialer['settings'] {
  return {
    ringTimeoutMs: config.ringTimeoutSeconds * 1000,
    finalProcessingMs: FINAL_PROCESSING_MS,
    documentMaxBytes: config.limits?.session.documentBytes ?? DEFAULT_LIMITS.documentBytes,
    recordsCalls: config.recordsCalls,
    recordsEarlyMedia: config.recordsEarlyMedia ?? false,
  }
}

function readCredentials(trunks: readonly Trunk[]): Dialer['credentials'] {
  return new Map(
    trunks.flatMap((trunk) => {
      const credential = readTrunkCredential(trunk)
      return credential === undefined ? [] : [[trunk.name, credential] as const]
    }),
  )
}

function wireDialogueDesk(
  { limits }: Config,
  { clock, random }: Ground,
  { fetch, prompts }: { readonly fetch: GuardedFetch; readonly prompts: PromptPort },
): DialogueDesk {
  const { documentBytes = DEFAULT_LIMITS.documentBytes } = limits?.session ?? {}
  const fetcher = { fetch, settings: { documentMaxBytes: documentBytes } }
  return new DialogueDesk({
    ...{ clock, random, prompts },
    fetch: (request) => fetchForSession(fetcher, request),
    limits: limits?.session ?? {},
    scriptLimits: limits?.script ?? {},
  })
}

function wireHttp(
  config: Config,
  ground: Ground,
  { tools: dialogues }: DialogueDesk,
): Pick<HttpServerOptions, 'api' | 'pages' | 'onStop'> {
  const stopping = new AbortController()
  const api = createApi(ground.calls, {
    ...config.requests,
    uploadFolder: join(config.dataFolder, 'uploads'),
    openRecording: (recording) => readCallRecording(config, ground, recording),
    openPcap,
    stopping: stopping.signal,
    dialogues,
    pingTrunk: async (trunk) => {
      const { what: _named, ...found } = await lookAtTrunk(config, trunk)
      return found
    },
  })
  const uploads = { ...DEFAULT_REQUEST_LIMITS, ...config.requests, folder: draftFolder(config) }
  const pages = createPages({ calls: ground.calls, api, uploads, stopping: stopping.signal })
  return { api, pages, onStop: () => stopping.abort() }
}

function wireSweeper(config: Config, { db, calls, clock, log }: Ground): Sweeper {
  return new Sweeper({
    ...{ ...config, db, calls, clock, log },
    removeDrafts: () => removeOldDrafts(draftFolder(config), clock),
  })
}

/** Lists of campaigns that somebody is about to launch in the pages. */
function draftFolder({ dataFolder }: Config): string {
  return join(dataFolder, 'uploads', 'drafts')
}

function wireFetch(config: Config, { clock, createFetch }: Machine): GuardedFetch {
  try {
    return createFetch({ allowPrivate: config.allowPrivateUrls, userAgent: PRODUCT, clock })
  } catch (error) {
    const field = 'OUTDIAL_ALLOW_PRIVATE_URLS'
    throw new OutdialError('setting-invalid', `${field}: ${errorMessage(error)}`, { field })
  }
}

/** The address that SIP and SDP name as ours: the one set, or the one that leads to the trunk. */
async function ownAddress(
  config: Config,
  random: Random,
  trunks: readonly Trunk[],
): Promise<string> {
  const { host } = config.sip
  const [trunk] = trunks
  if (host !== '0.0.0.0' && host !== '::') return host
  if (trunk === undefined) return '127.0.0.1'
  const [server] = await findServers(trunkEndpoint(trunk), random)
  assert(server !== undefined, 'a located trunk has a server')
  return localAddressTowards(server.host, server.port)
}
