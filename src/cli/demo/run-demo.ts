import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Config,
  callView,
  followCall,
  queueOverHttp,
  type RunningCarrier,
  type RunningServer,
  run,
  runCarrier,
} from '#app'
import { createLogger } from '#base'
import { asTold } from '../as-told.ts'
import { describeProgress } from '../describe-progress.ts'
import { untilSignal } from '../until-signal.ts'
import { checkDemo } from './check-demo.ts'
import { type PostedResult, WebApplication } from './web-application.ts'

/** The demo's callees: what the simulated carrier makes of these numbers, and what must come of it. */
export const DEMO_CALLS = [
  {
    number: '16177123011',
    name: 'Ada',
    plan: 'answers and presses 1',
    maxRetries: 0,
    expected: { result: 'completed', outcome: 'answered', attempts: '1', exit: '{"choice":"1"}' },
  },
  {
    number: '16177123021',
    name: 'Grace',
    plan: 'is busy, then answers the second attempt',
    maxRetries: 1,
    expected: { result: 'completed', outcome: 'answered', attempts: '2' },
  },
  {
    number: '16177123030',
    name: 'Alan',
    plan: 'never answers',
    maxRetries: 0,
    expected: { result: 'failed', outcome: 'no-answer', attempts: '1' },
  },
] as const

const LOGIN = { login: 'demo', pin: '4711' }
const DEADLINE_MS = 120_000

/**
 * The whole of Outdial on one machine: a client's web application, the server with its embedded
 * store, and the simulated carrier, joined by real HTTP, SIP and RTP. Prints what happens as it
 * happens; true where every step that was to happen did.
 */
export async function runDemo(outputFolder: string): Promise<boolean> {
  const say = stopwatchPrinter()
  const interrupted = untilSignal().then(() => undefined)
  const dataFolder = mkdtempSync(join(tmpdir(), 'outdial-demo-'))
  // PostgreSQL never runs as root: started by root, it runs as a user that must get in here.
  chmodSync(dataFolder, 0o711)
  const stops: (() => Promise<void>)[] = []
  try {
    const web = new WebApplication()
    const webUrl = await web.start()
    stops.push(() => web.stop())
    say(`web application  ${webUrl}/reminder.vxml`)

    rmSync(outputFolder, { recursive: true, force: true })
    const carrier = await startCarrier(outputFolder, say)
    stops.push(() => carrier.stop())

    const server = await run(demoConfig(dataFolder, carrier), createLogger('error'))
    stops.push(() => server.stop())
    const { host, port } = server.httpAddress
    say(`server           http://${host}:${port}/webservice/queuecall.php\n`)

    web.onAnswer = (number, choice) => say(`web application  ${number} chose ${choice}`)
    web.onResult = (result) => say(`result posted    ${describeResult(result)}`)
    const followed = await queueCalls(server, webUrl, say)
    const complete = await Promise.race([allResults(web), interrupted])
    if (complete === undefined) {
      say('interrupted: ending the calls')
      // The store closes under them.
      for (const one of followed) one.catch(() => {})
      return false
    }
    if (complete) await Promise.all(followed)
    else say(`Not all results came within ${DEADLINE_MS / 1000} s.`)
    await carrier.settled()
    return checkDemo(web.results, DEMO_CALLS, outputFolder, carrier.heard()) && complete
  } finally {
    for (const stop of stops.reverse()) await stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

function demoConfig(dataFolder: string, carrier: RunningCarrier): Config {
  return {
    http: { host: '127.0.0.1', port: 0 },
    dataFolder,
    account: LOGIN,
    trunk: {
      name: 'simulated-carrier',
      ...carrier.address,
      transport: 'udp',
      callerId: '6175550100',
      invalidCallerId: 'decline',
    },
    sip: { host: '127.0.0.1', port: 0 },
    rtpPorts: { low: 30_000, high: 39_999 },
    lines: 10,
    callsPerSecond: 5,
    allowPrivateUrls: ['127.0.0.0/8'],
    ringTimeoutSeconds: 8,
    drainSeconds: 5,
    node: 'demo',
    nodeTimeoutSeconds: 15,
    logLevel: 'error',
    recordsCalls: false,
    retentionDays: 90,
    // The shortest interval that the interface accepts is a minute; here a minute lasts two seconds.
    retryIntervalScale: 1 / 30,
  }
}

async function startCarrier(
  outputFolder: string,
  say: (line: string) => void,
): Promise<RunningCarrier> {
  const carrier = await runCarrier({
    bind: { host: '127.0.0.1', port: 0 },
    outputFolder,
    // The demo's stopwatch stands in for the carrier's own time of day.
    onEvent: (line) => say(`carrier          ${line.replace(/^\S+ /, '')}`),
  })
  say(`carrier          sip:${carrier.address.host}:${carrier.address.port}`)
  return carrier
}

async function queueCalls(
  server: RunningServer,
  webUrl: string,
  say: (line: string) => void,
): Promise<Promise<void>[]> {
  const { host, port } = server.httpAddress
  const followed: Promise<void>[] = []
  for (const { number, name, plan, maxRetries } of DEMO_CALLS) {
    const callId = await queueOverHttp(`http://${host}:${port}`, {
      ...LOGIN,
      phone_number: number,
      start_url: `${webUrl}/reminder.vxml`,
      result_url: `${webUrl}/result`,
      message_reference: name,
      max_retries: String(maxRetries),
      retry_interval: '60',
    })
    say(`queued           call ${callId} to ${number}: ${name}, who ${plan}`)
    followed.push(follow(server, callId, say))
  }
  return followed
}

async function follow(
  server: RunningServer,
  callId: number,
  say: (line: string) => void,
): Promise<void> {
  for await (const progress of followCall(server.parts, callId)) {
    say(`call ${String(callId).padEnd(11)} ${describeProgress(asTold(callView(progress)))}`)
  }
}

function allResults(web: WebApplication): Promise<boolean> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => resolve(false), DEADLINE_MS).unref()
    const tell = web.onResult
    web.onResult = (result) => {
      tell?.(result)
      if (web.results.length < DEMO_CALLS.length) return
      clearTimeout(deadline)
      resolve(true)
    }
  })
}

function describeResult(result: PostedResult): string {
  const { phone_number, result: word, outcome, attempts, duration } = result
  return `${phone_number}: ${word} (${outcome}), attempts ${attempts}, ${duration} s`
}

function stopwatchPrinter(): (line: string) => void {
  const start = performance.now()
  return (line) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${seconds.padStart(5)} s  ${line}`)
  }
}
