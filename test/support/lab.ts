import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, queueOverHttp, type RunningServer } from '#app'
import { type FailPoint, silentLogger, systemClock, systemRandom } from '#base'
import { Carrier, type CarrierCall, type CarrierEvent, type CarrierOptions } from '#carrier'
import type { Trunk } from '#model'
import type { ReceivedRequest } from './http-sink.ts'
import { ServerProcess } from './server-process.ts'
import { type Dial, dialsIn } from './sip-judge.ts'
import { type Page, WebApplication } from './web-application.ts'

/** The account that every server of a lab has. */
export const LAB_LOGIN = { login: 'lab', pin: '2580' }

/** Says one sentence, takes one key, says good bye. */
export const ONE_KEY_DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form>
    <field name="choice" type="digits?length=1">
      <prompt>This is a test of the emergency broadcast system. Press a key.</prompt>
      <filled><exit namelist="choice"/></filled>
    </field>
    <catch event="noinput nomatch"><exit expr="'nothing'"/></catch>
  </form>
</vxml>`

/** Takes one key during a short prompt. */
export const QUICK_DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form>
    <field name="choice" type="digits?length=1">
      <prompt>Press a key.</prompt>
      <filled><exit namelist="choice"/></filled>
    </field>
  </form>
</vxml>`

/** A callee who picks up at once and presses 1 while the prompt begins: a call of about a second. */
export const QUICK_CALLEE = { answerAfterMs: 100, press: '1', pressAfter: 500 } as const

/**
 * What a server needs around it: a customer's web application with `/start.vxml` and `/result`, the
 * simulated carrier as trunk and as judge, and a data folder.
 */
export class Lab {
  readonly web: WebApplication
  readonly carrier: Carrier
  readonly folder: string
  /** What the carrier has told, in order. */
  readonly events: readonly CarrierEvent[]
  readonly #looks: Set<() => void>
  readonly #servers: ServerProcess[] = []

  private constructor(
    web: WebApplication,
    carrier: Carrier,
    folder: string,
    events: readonly CarrierEvent[],
    looks: Set<() => void>,
  ) {
    this.web = web
    this.carrier = carrier
    this.folder = folder
    this.events = events
    this.#looks = looks
  }

  static async start(
    pages: Readonly<Record<string, Page>> = {},
    carrierOptions: Partial<CarrierOptions> = {},
  ): Promise<Lab> {
    const folder = mkdtempSync(join(tmpdir(), 'outdial-lab-'))
    const web = new WebApplication({ '/start.vxml': ONE_KEY_DOCUMENT, '/result': 'ok', ...pages })
    await web.start()
    const events: CarrierEvent[] = []
    const looks = new Set<() => void>()
    const carrier = new Carrier({
      bind: { host: '127.0.0.1', port: 0 },
      transports: ['udp', 'tcp'],
      rtpHost: '127.0.0.1',
      outputFolder: join(folder, 'heard'),
      log: silentLogger,
      clock: systemClock,
      random: systemRandom,
      onEvent(event) {
        events.push(event)
        for (const look of looks) look()
      },
      ...carrierOptions,
    })
    await carrier.start()
    return new Lab(web, carrier, folder, events, looks)
  }

  get trunk(): Trunk {
    const { host, port } = this.carrier.address
    return { name: 'lab', host, port, transport: 'udp', invalidCallerId: 'decline' }
  }

  config(changes: Partial<Config> = {}): Config {
    return {
      http: { host: '127.0.0.1', port: 0 },
      dataFolder: join(this.folder, 'data'),
      account: LAB_LOGIN,
      trunk: this.trunk,
      sip: { host: '127.0.0.1', port: 0 },
      rtpPorts: { low: 22_000, high: 29_999 },
      lines: 50,
      callsPerSecond: 50,
      allowPrivateUrls: ['127.0.0.0/8'],
      ringTimeoutSeconds: 20,
      drainSeconds: 10,
      node: 'lab',
      nodeTimeoutSeconds: 15,
      logLevel: 'error',
      recordsCalls: false,
      trace: 'calls',
      retentionDays: 90,
      retryIntervalScale: 1,
      ...changes,
    }
  }

  /** A server in a process of its own, which `stop` of the lab kills where it still runs. */
  async startServer(config: Config, failPoint?: FailPoint): Promise<ServerProcess> {
    const server = await ServerProcess.start(config, failPoint)
    this.#servers.push(server)
    return server
  }

  /** The dials that the carrier saw, judged by its log alone; of one number, or of all. */
  dials(number?: string): Dial[] {
    const dials = dialsIn(this.events)
    return number === undefined ? dials : dials.filter((dial) => dial.number.endsWith(number))
  }

  /** Queues a call through the HTTP interface; resolves with its `call_id`. */
  queue(
    serverUrl: string,
    phoneNumber: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    return queueOverHttp(serverUrl, {
      ...LAB_LOGIN,
      phone_number: phoneNumber,
      start_url: this.web.url('/start.vxml'),
      result_url: this.web.url('/result'),
      ...fields,
    })
  }

  /** Queues a call with one of our documents, and waits for its result. */
  async complete(
    { httpAddress: { host, port } }: Pick<RunningServer, 'httpAddress'>,
    call: { readonly number: string; readonly page: string; readonly deadlineMs: number },
  ): Promise<{ callId: number; result: URLSearchParams }> {
    const fields = { start_url: this.web.url(call.page) }
    const callId = await this.queue(`http://${host}:${port}`, call.number, fields)
    return { callId, result: await this.result(callId, call.deadlineMs) }
  }

  /** The posts of one call's result so far; the check when it was queued is none. */
  results(callId: number): ReceivedRequest[] {
    return this.web
      .requestsFor('/result')
      .filter(({ form }) => form.get('call_id') === String(callId))
  }

  /** Waits for the first post of a call's result. */
  result(callId: number, deadlineMs = 30_000): Promise<URLSearchParams> {
    return this.web.waitUntil(() => this.results(callId)[0]?.form, deadlineMs)
  }

  /** Waits until the carrier, looked at after each of its events, shows what is asked for. */
  carrierShows(
    what: (calls: readonly CarrierCall[]) => boolean,
    deadlineMs = 30_000,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#looks.delete(look)
        reject(new Error(`Not seen in ${deadlineMs} ms: ${JSON.stringify(this.carrier.calls)}`))
      }, deadlineMs)
      const look = (): void => {
        if (!what(this.carrier.calls)) return
        clearTimeout(timer)
        this.#looks.delete(look)
        resolve()
      }
      this.#looks.add(look)
      look()
    })
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) server.kill()
    await Promise.all(this.#servers.map(({ exited }) => exited))
    await this.carrier.stop()
    await this.web.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
