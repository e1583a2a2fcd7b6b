import { createServer } from 'node:http'
import { OutdialError, silentLogger, systemClock, systemRandom } from '#base'
import { authenticate } from '#calls'
import { MediaEngine } from '#rtp'
import { UserAgent } from '#sip'
import { PromptRenderer } from '#speech'
import { countAccounts, findAccountByLogin } from '#store'
import type { Config } from './config.ts'
import { diagnoseRecordings } from './diagnose-recordings.ts'
import { diagnoseTrunks } from './diagnose-trunks.ts'
import { type Finding, fault } from './finding.ts'
import { withGround } from './ground.ts'
import { httpUrl } from './http-url.ts'
import { findServer } from './node-lock.ts'
import { serverAnswers } from './queue-over-http.ts'
import type { Ground } from './wire.ts'

const OLDEST_NODE = 26
const READ_VERSION = `SELECT current_setting('server_version') AS version`
const QUIET = { clock: systemClock, random: systemRandom, log: silentLogger }
const SAMPLE = { kind: 'text', text: 'Outdial is ready.' } as const

/** Looks at everything that a call needs, one after the other; goes on after a fault. */
export async function* diagnose(config: Config): AsyncGenerator<Finding> {
  yield runtime()
  try {
    yield* await withGround(config, ({ ground, applied }) => lookAtStore(config, ground, applied))
  } catch (error) {
    yield fault('store', error, 'Check DATABASE_URL, or that OUTDIAL_DATA is a writable folder.')
  }
  yield* lookAtPorts(config)
  yield await attempt(
    'media',
    () => lookAtMedia(config),
    'Choose another range in OUTDIAL_RTP_PORTS.',
  )
  yield await attempt('speech', lookAtSpeech, 'Install again: npm ci.')
}

/** Its ports are its own while a server runs, and cannot be tried. */
async function* lookAtPorts(config: Config): AsyncGenerator<Finding> {
  const pid = findServer(config.dataFolder)
  if (pid !== undefined) {
    yield await lookAtServer(pid, httpUrl(config.http))
    return
  }
  const free = (name: string): string => `Choose another ${name}, or stop what holds it.`
  yield await attempt('http', () => lookAtHttp(config), free('OUTDIAL_HTTP'))
  yield await attempt('sip', () => lookAtSip(config), free('OUTDIAL_SIP'))
}

async function lookAtServer(pid: number, url: string): Promise<Finding> {
  const what = 'server'
  const running = `process ${pid} uses this data folder`
  if (await serverAnswers(url)) {
    return {
      what,
      state: 'ok',
      detail: `${running} and answers at ${url}; its ports are not tried`,
    }
  }
  const cure = 'Is OUTDIAL_HTTP the one that it was started with? Else see its log.'
  return { what, state: 'fault', detail: `${running}, but does not answer at ${url}`, cure }
}

function runtime(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  const detail = `Node ${process.versions.node} on ${process.platform} ${process.arch}`
  if (major >= OLDEST_NODE) return { what: 'runtime', state: 'ok', detail }
  return {
    what: 'runtime',
    state: 'fault',
    detail,
    cure: `Run bin/outdial, or install Node ${OLDEST_NODE}.`,
  }
}

async function lookAtStore(
  config: Config,
  ground: Ground,
  applied: readonly string[],
): Promise<Finding[]> {
  const [row] = await ground.db.query<{ version: string }>(READ_VERSION)
  const where =
    config.databaseUrl === undefined ? `embedded in ${config.dataFolder}` : 'DATABASE_URL'
  const migrated = applied.length === 0 ? 'up to date' : `migrated: ${applied.join(', ')}`
  return [
    { what: 'store', state: 'ok', detail: `PostgreSQL ${row?.version}, ${where}, ${migrated}` },
    await lookAtAccounts(config, ground),
    ...(await diagnoseTrunks(config, ground)),
    await diagnoseRecordings(config, ground),
  ]
}

async function lookAtAccounts({ account }: Config, { db, calls }: Ground): Promise<Finding> {
  const what = 'accounts'
  const count = await countAccounts(db)
  const stored = count === 1 ? '1 account' : `${count} accounts`
  if (account === undefined) {
    if (count > 0) return { what, state: 'ok', detail: stored }
    const cure = 'Set OUTDIAL_ACCOUNT=login:pin, or run: outdial account add LOGIN PIN.'
    return { what, state: 'fault', detail: 'there is none, so nobody can queue a call', cure }
  }
  const { login, pin } = account
  if ((await findAccountByLogin(db, login)) === undefined) {
    return { what, state: 'ok', detail: `${stored}; serve will make ${login}` }
  }
  try {
    await authenticate(calls, { login, pin })
    return { what, state: 'ok', detail: stored }
  } catch {
    const detail = `OUTDIAL_ACCOUNT has another PIN than the account ${login}; the stored one counts`
    return { what, state: 'warning', detail, cure: 'Set OUTDIAL_ACCOUNT to the stored PIN.' }
  }
}

async function lookAtHttp(config: Config): Promise<Finding> {
  const { host, port } = config.http
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  await new Promise((resolve) => server.close(resolve))
  const detail = `${host}:${port} is free`
  if (host === '127.0.0.1' || host === '::1') {
    const cure = 'For clients elsewhere set OUTDIAL_HTTP, behind a proxy with TLS.'
    return { what: 'http', state: 'ok', detail: `${detail}, this machine only. ${cure}` }
  }
  return { what: 'http', state: 'ok', detail }
}

async function lookAtSip(config: Config): Promise<Finding> {
  const userAgent = new UserAgent({
    ...QUIET,
    bind: config.sip,
    transports: ['udp', 'tcp'],
    userAgentName: 'Outdial-doctor',
  })
  await userAgent.start()
  await userAgent.stop()
  return {
    what: 'sip',
    state: 'ok',
    detail: `${config.sip.host}:${config.sip.port} is free, UDP and TCP`,
  }
}

async function lookAtMedia(config: Config): Promise<Finding> {
  const host = config.sip.host
  const media = new MediaEngine({ ...QUIET, host, ports: config.rtpPorts })
  await media.start()
  try {
    const stream = await media.openStream()
    await stream.close()
    const detail = `driver ${media.driver}, priority ${media.priority}`
    if (media.priority === 'none') {
      const cure = 'On a busy machine let the process raise its priority: CAP_SYS_NICE.'
      return { what: 'media', state: 'warning', detail, cure }
    }
    return { what: 'media', state: 'ok', detail }
  } finally {
    await media.stop()
  }
}

async function lookAtSpeech(): Promise<Finding> {
  const fetch = (): Promise<never> =>
    Promise.reject(new OutdialError('fetch-failed', 'The doctor fetches nothing.'))
  const prompts = new PromptRenderer({ ...QUIET, fetch, cacheBytes: 1 << 20 })
  await prompts.start()
  try {
    const prompt = { parts: [SAMPLE], bargein: true, language: 'en-US' }
    const { durationMs } = await prompts.render(prompt, 'PCMU')
    return {
      what: 'speech',
      state: 'ok',
      detail: `"${SAMPLE.text}" takes ${Math.round(durationMs)} ms to say`,
    }
  } finally {
    await prompts.stop()
  }
}

async function attempt(what: string, look: () => Promise<Finding>, cure: string): Promise<Finding> {
  try {
    return await look()
  } catch (error) {
    return fault(what, error, cure)
  }
}
