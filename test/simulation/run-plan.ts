import type { Config } from '#app'
import { seededRandom } from '#base'
import type { ScriptEngine } from '#script'
import { ensureDefaultCampaign, insertAccount, upsertTrunk } from '#store'
import type { Fault, Plan, PlannedCall } from './plan.ts'
import { emptySimStore, type OpenSimStore } from './world/open-sim-store.ts'
import { type Callee, SimCarrier } from './world/sim-carrier.ts'
import { SimChance } from './world/sim-chance.ts'
import { RESULT_URL, SimCustomer, START_URL } from './world/sim-customer.ts'
import { SimStore, type StatementChange } from './world/sim-database.ts'
import { SimLog } from './world/sim-log.ts'
import { SimNetwork } from './world/sim-network.ts'
import { SimNode } from './world/sim-node.ts'
import { SimTime, START_MS } from './world/sim-time.ts'

export const LOGIN = { login: 'simulation', pin: '1234' }
/** Of the PIN 1234, cheap to check: nobody attacks a simulation. */
const PIN_HASH = 'scrypt$2$1$1$AAAAAAAAAAAAAAAAAAAAAA$kftTwVpi56VE9nsrmGDY5Je0-5-Dw9HRxB0c0kHD1vo'

export const RING_TIMEOUT_SECONDS = 20
/** A virtual half minute of polling would cost as much as all that happens in a run. */
const POLL_SCALE = 60
/** A client with a key that has no answer, or a temporary one, sends again after so long, so many times in all. */
const SUBMIT_AGAIN_MS = 4000
const MOST_SUBMISSIONS = 6
/**
 * When the trouble is over, everything must have come to its end within so long, and so many times the trouble:
 * the pauses between the tries of a result grow as fast.
 */
const HEALING_MS = 45 * 60_000
const HEALING_SCALE = 4

/** A planted bug. */
export interface Mutant {
  readonly change?: StatementChange
  readonly ignoresOutages?: boolean
  readonly trustsProcessClocks?: boolean
  readonly takesSilenceForRefusalMs?: number
  /** No bug: so long are results on their way, that many are when a server dies. */
  readonly resultsTakeMs?: number
  readonly isUnseeded?: boolean
}

/** Runs a plan to its end and returns what was seen from outside. */
export async function runPlan(
  plan: Plan,
  store: OpenSimStore,
  mutant: Mutant = {},
): Promise<SimLog> {
  const world = new World(plan, store, mutant)
  await world.begin()
  await world.run()
  world.end()
  return world.log
}

class World {
  readonly log = new SimLog()
  readonly #plan: Plan
  readonly #time = new SimTime()
  readonly #network: SimNetwork
  readonly #store: SimStore
  readonly #script: ScriptEngine
  readonly #customer: SimCustomer
  readonly #chance: SimChance
  readonly #carriers: SimCarrier[] = []
  readonly #nodes: SimNode[] = []
  /** `call_id` of each call that a client was told is queued, by its reference. */
  readonly #accepted = new Map<string, string>()
  readonly #refused = new Set<string>()
  readonly #isUnseeded: boolean
  /** Faults that are on, so that the end of one does not end another of its kind. */
  readonly #on = new Map<string, number>()

  constructor(plan: Plan, opened: OpenSimStore, mutant: Mutant) {
    this.#plan = plan
    this.#chance = new SimChance(plan.seed + 1_000_003)
    this.#network = new SimNetwork(this.#time, this.#chance.fork(), this.log)
    this.#store = new SimStore(opened.db, this.#time)
    this.#script = opened.script
    this.#store.change = mutant.change
    this.#store.ignoresOutages = mutant.ignoresOutages ?? false
    this.#store.trustsProcessClocks = mutant.trustsProcessClocks ?? false
    this.#network.takesSilenceForRefusalMs = mutant.takesSilenceForRefusalMs
    this.#isUnseeded = mutant.isUnseeded ?? false
    this.#customer = new SimCustomer(this.#time, this.#chance.fork(), this.log)
    this.#customer.failures = plan.failingPosts
    this.#customer.lostAnswers = plan.lostAnswers
    this.#customer.resultsTakeMs = mutant.resultsTakeMs ?? 0
  }

  async begin(): Promise<void> {
    const { nodes, trunks, calls, faults } = this.#plan
    await this.#prepareStore()
    for (let trunk = 0; trunk < trunks; trunk++) await this.#addCarrier(trunk)
    for (let node = 0; node < nodes; node++) this.#nodes.push(this.#newNode(node))
    for (const node of this.#nodes) node.start()
    for (const call of calls) {
      this.#at(call.submitMs, () => this.#submit(call, call.hasKey ? MOST_SUBMISSIONS : 1))
      if (call.cancelMs !== undefined) this.#at(call.cancelMs, () => void this.#cancel(call))
    }
    for (const fault of faults) this.#plant(fault)
  }

  /** Through the trouble, and then until every call has come to its end and its result arrived. */
  async run(): Promise<void> {
    const { calls, faults } = this.#plan
    const moments = [...calls.map(({ submitMs }) => submitMs), ...faults.map((one) => one.untilMs)]
    const troubleOverMs = Math.max(...moments) + MOST_SUBMISSIONS * SUBMIT_AGAIN_MS
    await this.#time.run(troubleOverMs)
    this.#heal()
    const untilMs = HEALING_MS + (1 + HEALING_SCALE) * troubleOverMs
    await this.#time.run(untilMs, () => this.#isOver())
    // What is still on its way arrives, and what should not come has its chance to.
    await this.#time.run(this.#time.nowMs + 90_000)
    for (const [reference, callId] of this.#accepted) void this.#look(reference, callId)
    await this.#time.run(this.#time.nowMs + 1000)
    this.log.add(this.#time.nowMs, { kind: 'end' })
  }

  end(): void {
    for (const node of this.#nodes) node.kill()
    for (const carrier of this.#carriers) carrier.stop()
  }

  async #prepareStore(): Promise<void> {
    await this.#store.inTurn(async (db) => {
      await emptySimStore(db, new Date(START_MS))
      const { login } = LOGIN
      const account = await insertAccount(db, { login, pinHash: PIN_HASH })
      await ensureDefaultCampaign(db, account?.accountId ?? 0)
      for (let trunk = 0; trunk < this.#plan.trunks; trunk++) {
        const host = carrierHost(trunk)
        const [name, port, transport] = [`trunk${trunk}`, 5060, 'udp'] as const
        await upsertTrunk(db, { name, host, port, transport, invalidCallerId: 'decline' })
      }
    })
  }

  async #addCarrier(trunk: number): Promise<void> {
    const carrier = new SimCarrier({
      host: carrierHost(trunk),
      time: this.#time,
      network: this.#network,
      random: seededRandom(`carrier ${this.#plan.seed} ${trunk}`),
      calleeOf: (number) => this.#calleeOf(number),
      press: (host, port, key) => this.#nodes.find((node) => node.host === host)?.press(port, key),
    })
    await carrier.start()
    this.#carriers.push(carrier)
  }

  /** Of the calls to that number, in turn. */
  #calleeOf(number: string): Callee {
    const dial = this.#dials.get(number) ?? 0
    this.#dials.set(number, dial + 1)
    const callees = this.#plan.calls
      .filter((call) => number.endsWith(call.number))
      .flatMap(({ callees }) => callees)
    return callees[Math.min(dial, callees.length - 1)] ?? { kind: 'rings' }
  }

  readonly #dials = new Map<string, number>()

  #newNode(index: number): SimNode {
    const host = `10.0.0.${index + 1}`
    const node = new SimNode({
      seed: this.#plan.seed,
      config: this.#config(`node${index}`, host),
      host,
      time: this.#time,
      chance: this.#chance.fork(),
      network: this.#network,
      store: this.#store,
      customer: this.#customer,
      script: this.#script,
      login: LOGIN,
      onUp: () => this.log.add(this.#time.nowMs, { kind: 'up', node: `node${index}` }),
      isUnseeded: this.#isUnseeded,
    })
    node.lostCommits = this.#plan.lostCommits
    node.lostNotifications = this.#plan.lostNotifications
    return node
  }

  #config(node: string, host: string): Config {
    return {
      http: { host, port: 8080 },
      dataFolder: `/simulated/${node}`,
      sip: { host, port: 5060 },
      rtpPorts: { low: 20_000, high: 29_999 },
      lines: this.#plan.lines,
      callsPerSecond: this.#plan.callsPerSecond,
      allowPrivateUrls: [],
      ringTimeoutSeconds: RING_TIMEOUT_SECONDS,
      drainSeconds: 10,
      node,
      logLevel: 'error',
      recordsCalls: false,
      retentionDays: 90,
      nodeTimeoutSeconds: 120,
      retryIntervalScale: 1,
      pollScale: POLL_SCALE,
    }
  }

  #submit(call: PlannedCall, timesLeft: number): void {
    const { reference } = call
    if (this.#accepted.has(reference) || this.#refused.has(reference)) return
    void this.#send(call)
    if (timesLeft === 1) return
    this.#at(this.#time.nowMs + SUBMIT_AGAIN_MS, () => this.#submit(call, timesLeft - 1))
  }

  async #send(call: PlannedCall): Promise<void> {
    const form: Record<string, string> = {
      ...LOGIN,
      phone_number: call.number,
      start_url: START_URL,
      result_url: RESULT_URL,
      message_reference: call.reference,
      max_retries: String(call.maxRetries),
      retry_interval: String(call.retryIntervalSeconds),
      ...(call.scheduledMs === undefined
        ? {}
        : { scheduled_timestamp: unixTime(call.scheduledMs) }),
      ...(call.expiresMs === undefined ? {} : { expiration_timestamp: unixTime(call.expiresMs) }),
    }
    const up = this.#nodes.filter((node) => node.isUp)
    // Nobody listens: the client has nothing, and gives up.
    if (up.length === 0) return
    const headers = call.hasKey ? { 'idempotency-key': call.reference } : {}
    const answer = await this.#ask(this.#chance.pick(up), { method: 'queuecall', form, headers })
    const callId = /status="queued" call_id="(\d+)"/.exec(answer.body)?.[1]
    if (callId !== undefined) this.#accepted.set(call.reference, callId)
    else if (!/temporary="true"/.test(answer.body)) this.#refused.add(call.reference)
  }

  async #ask(
    node: SimNode,
    {
      method,
      form,
      headers,
    }: { method: string; form: Record<string, string>; headers: Record<string, string> },
  ): Promise<{ status: number; body: string }> {
    const askedMs = this.#time.nowMs
    const body = new URLSearchParams(form)
    const path = `/webservice/${method}.php`
    const answer = await node.request(path, { method: 'POST', body, headers })
    const event = { method, node: node.name, request: form, askedMs, ...answer }
    this.log.add(this.#time.nowMs, { kind: 'api', ...event })
    return answer
  }

  async #cancel(call: PlannedCall): Promise<void> {
    const callId = this.#accepted.get(call.reference)
    const up = this.#nodes.filter((node) => node.isUp)
    if (callId === undefined || up.length === 0) return
    const node = this.#chance.pick(up)
    const askedMs = this.#time.nowMs
    const path = `/v1/calls/${callId}/cancel`
    const answer = await node.request(path, { method: 'POST', headers: BASIC })
    const request = { call_id: callId, message_reference: call.reference }
    const event = { method: 'cancel', node: node.name, request, askedMs, ...answer }
    this.log.add(this.#time.nowMs, { kind: 'api', ...event })
  }

  /** What the interface says of a call when all is over. */
  async #look(reference: string, callId: string): Promise<void> {
    const node = this.#nodes.find(({ isUp }) => isUp)
    if (node === undefined) return
    const askedMs = this.#time.nowMs
    const answer = await node.request(`/v1/calls/${callId}`, { method: 'GET', headers: BASIC })
    const request = { call_id: callId, message_reference: reference }
    const event = { method: 'call', node: node.name, request, askedMs, ...answer }
    this.log.add(this.#time.nowMs, { kind: 'api', ...event })
  }

  #plant(fault: Fault): void {
    this.#at(fault.fromMs, () => this.#turn(fault, 1))
    this.#at(fault.untilMs, () => this.#turn(fault, -1))
  }

  #turn(fault: Fault, by: 1 | -1): void {
    const node = 'node' in fault ? this.#nodes[fault.node] : undefined
    const thing = `${fault.kind} ${node?.name ?? ('trunk' in fault ? fault.trunk : '')}`
    const before = this.#on.get(thing) ?? 0
    this.#on.set(thing, before + by)
    const [begins, ends] = [by === 1 && before === 0, by === -1 && before === 1]
    if (!begins && !ends) return
    const what = `${fault.kind} ${begins ? 'begins' : 'ends'}`
    this.log.add(this.#time.nowMs, { kind: 'fault', what, ...(node ? { node: node.name } : {}) })
    switch (fault.kind) {
      case 'kill':
        return begins ? node?.kill() : node?.start()
      case 'pause':
        return begins ? node?.pause() : node?.resume()
      case 'restart':
        if (begins) void node?.stop().then(() => node.start())
        return
      case 'jump':
        return node?.jump(begins ? fault.byMs : -fault.byMs)
      case 'store-down':
        this.#store.isDown = begins
        return
      case 'customer-down':
        this.#customer.isDown = begins
        return
      case 'trunk-down':
        return this.#network.setDown(carrierHost(fault.trunk), begins)
      case 'loss':
        this.#network.conditions.loss = begins ? fault.probability : 0
    }
  }

  /** From now on everything works. */
  #heal(): void {
    this.#customer.failures = 0
    this.#customer.lostAnswers = 0
    for (const node of this.#nodes) node.heal()
  }

  /** Each accepted call's result has reached the customer. */
  #isOver(): boolean {
    return [...this.#accepted.values()].every((callId) => this.#customer.delivered.has(callId))
  }

  #at(ms: number, work: () => void): void {
    this.#time.clock.setTimer(ms - this.#time.nowMs, work)
  }
}

const BASIC = {
  authorization: `Basic ${Buffer.from(`${LOGIN.login}:${LOGIN.pin}`).toString('base64')}`,
}

function carrierHost(trunk: number): string {
  return `10.0.1.${trunk + 1}`
}

function unixTime(ms: number): string {
  return String(Math.round((START_MS + ms) / 1000))
}
