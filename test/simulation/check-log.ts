import type { Plan, PlannedCall } from './plan.ts'
import { RING_TIMEOUT_SECONDS } from './run-plan.ts'
import { dialsOf, type SimDial } from './sip-dials.ts'
import type { LoggedEvent } from './world/sim-log.ts'

/** A promise of `invariants` that a run broke. */
export interface Violation {
  readonly promise: string
  readonly what: string
}

/** What a client knows of one planned call. */
interface Submission {
  readonly call: PlannedCall
  /** The plan's other calls to the same number make its dials ambiguous. */
  readonly isAlone: boolean
  /** More than one only where one submission has become two calls. */
  readonly callIds: readonly string[]
  readonly acceptedMs?: number
  readonly refused?: string
  /** When a cancel was answered with success. */
  readonly canceledMs?: number
  /** What the interface said of it when all was over. */
  readonly last?: { readonly state: string; readonly outcome?: string }
  readonly dials: readonly SimDial[]
  readonly results: readonly Result[]
}

interface Result {
  readonly atMs: number
  readonly id: string
  readonly body: string
  readonly status: number
  readonly form: URLSearchParams
}

/**
 * Judges a run by what was seen from outside alone: datagrams, the API's answers, and the results that
 * reached the customer. The letters name promises.
 */
export function checkLog(plan: Plan, events: readonly LoggedEvent[]): Violation[] {
  const dials = dialsOf(events)
  const submissions = plan.calls.map((call) => submissionOf(plan, call, events, dials))
  const faults = new Faults(events)
  const found: Violation[] = []
  const broken = (promise: string, what: string): void => void found.push({ promise, what })
  for (const dial of dials) checkDial(dial, faults, broken)
  for (const submission of submissions) {
    checkTimes(submission, faults, broken)
    checkResults(submission, broken)
    if (submission.isAlone) checkCourse(plan, submission, faults, broken)
    if (submission.isAlone && plan.lostNotifications === 0) checkCancel(submission, faults, broken)
  }
  checkPunctuality(plan, submissions, { dials, faults }, broken)
  if (plan.lostCommits === 0) checkRestarts(events, faults, broken)
  if (!faults.cutsOff) checkNumbers(dials, broken)
  checkRates(plan, dials, faults, broken)
  checkOutages(events, dials, faults, broken)
  return found
}

type Broken = (promise: string, what: string) => void

/** INVITEs that a node was about to send when the store went away may leave a moment later. */
const OUTAGE_GRACE_MS = 250
/** A far end of which nobody took leave rings no longer than this. */
const LONGEST_RING_MS = (RING_TIMEOUT_SECONDS + 35) * 1000
const LAST_MS = Number.MAX_SAFE_INTEGER

function checkDial(dial: SimDial, faults: Faults, broken: Broken): void {
  if (dial.branches.size > 1) {
    broken('D1', `${dial.number}: ${dial.branches.size} INVITE transactions of one Call-ID`)
  }
  const { answeredMs, byeMs } = dial
  if (answeredMs === undefined || byeMs !== undefined) return
  // Where nobody could hear the BYE, or write down whom to send it to, it is the far end's to hang up.
  const isUnknown = faults.of('store-down').some(({ fromMs, untilMs }) => {
    return fromMs < answeredMs + 3000 && untilMs > answeredMs
  })
  if (isUnknown || faults.cutsOff) return
  const deadlineMs = faults.restartOf(nodeOf(dial), answeredMs) + LONGEST_GOODBYE_MS
  if (faults.endMs > deadlineMs) {
    broken('D14', `${dial.number}: connected from ${answeredMs} until ${faults.endMs}`)
  }
}

/** A dialogue lasts half a minute; a node that comes back hangs up at once, or another has by then. */
const LONGEST_GOODBYE_MS = 60_000

function nodeOf({ from }: SimDial): string {
  return `node${Number(/^10\.0\.0\.(\d+):/.exec(from)?.[1]) - 1}`
}

function checkTimes({ call, dials, isAlone }: Submission, faults: Faults, broken: Broken): void {
  if (!isAlone) return
  for (const { sentMs } of dials) {
    const promise = faults.jumpedBefore(sentMs) ? 'S4' : 'D5'
    if (sentMs < (call.scheduledMs ?? call.submitMs)) {
      broken(promise, `${call.reference} dialled ${sentMs} before it was due`)
    }
    if (call.expiresMs !== undefined && sentMs > call.expiresMs + OUTAGE_GRACE_MS) {
      broken(promise, `${call.reference} dialled at ${sentMs}, expired at ${call.expiresMs}`)
    }
  }
}

/** A call for which there is a line starts within a second of its time, as long as nothing is out of order. */
function checkPunctuality(
  plan: Plan,
  submissions: readonly Submission[],
  { dials, faults }: { dials: readonly SimDial[]; faults: Faults },
  broken: Broken,
): void {
  const dueMs = ({ call, acceptedMs = LAST_MS }: Submission): number =>
    Math.max(acceptedMs, call.scheduledMs ?? 0)
  if (plan.lostNotifications > 0 || plan.lostCommits > 0) return
  for (const submission of submissions) {
    const { call, isAlone, canceledMs, dials: own } = submission
    const fromMs = dueMs(submission)
    const isWanted = isAlone && call.expiresMs === undefined && call.cancelMs === undefined
    if (!isWanted || fromMs === LAST_MS || canceledMs !== undefined) continue
    if (faults.during(0, fromMs + 2000)) continue
    const others = dials.filter((dial) => {
      const freeMs = dial.endMs ?? dial.sentMs + LONGEST_GOODBYE_MS
      return !own.includes(dial) && dial.sentMs < fromMs + 2000 && freeMs > fromMs - 2000
    })
    const isNear = (other: Submission): boolean => Math.abs(dueMs(other) - fromMs) < 4000
    const rivals = others.length + submissions.filter(isNear).length - 1
    if (rivals >= plan.lines || (rivals > 0 && plan.callsPerSecond < 5)) continue
    const startMs = own[0]?.sentMs ?? LAST_MS
    const paceMs = plan.callsPerSecond < 1 ? 1000 / plan.callsPerSecond : 0
    if (startMs > fromMs + 1000 + paceMs) {
      broken('D11', `${call.reference}: due at ${fromMs}, dialled at ${startMs}`)
    }
  }
}

/** A process that is started again, with its store there, takes requests within five seconds. */
function checkRestarts(events: readonly LoggedEvent[], faults: Faults, broken: Broken): void {
  for (const event of events) {
    if (event.kind !== 'fault' || event.what !== 'kill ends') continue
    const { atMs, node } = event
    const isTold = faults.spansBut({ what: 'kill', node, atMs }, atMs - 1000, atMs + 6000)
    if (isTold || atMs + 6000 > faults.endMs) continue
    const isUp = events.some(
      (one) => one.kind === 'up' && one.node === node && one.atMs >= atMs && one.atMs < atMs + 5000,
    )
    if (!isUp) broken('S2', `${node}: started again at ${atMs} and not up in five seconds`)
  }
}

function checkResults(submission: Submission, broken: Broken): void {
  const { call, callIds, results, isAlone, dials, last } = submission
  const ids = new Set(results.map(({ id }) => id))
  const calls = new Set(results.map(({ form }) => form.get('call_id')))
  if (calls.size > 1) broken('D8', `${call.reference} became ${calls.size} calls`)
  if (callIds.length > 1) broken('D8', `${call.reference} was accepted as ${callIds.join(' and ')}`)
  const delivered = results.find(({ status }) => status === 200)
  if (callIds.length > 0 && delivered === undefined) {
    // The outcome was there, and did not reach the customer, who was there for it.
    const promise = results.length > 0 ? 'R1' : 'D7'
    broken(promise, `${call.reference} (${callIds[0]}) was accepted and has no result`)
  }
  const told = delivered?.form.get('outcome')
  if (last !== undefined && told !== undefined && last.outcome !== told) {
    broken('R5', `${call.reference}: told ${told}, stored as ${last.state} ${last.outcome ?? ''}`)
  }
  if (ids.size > calls.size) broken('R2', `${call.reference} has results ${[...ids].join(' ')}`)
  if (new Set(results.map(({ body }) => body)).size > calls.size) {
    broken('R2', `${call.reference} has results of different content`)
  }
  if (submission.refused !== undefined && !call.hasKey && isAlone && dials.length > 0) {
    broken('D8', `${call.reference} was refused and dialled`)
  }
}

/** Of a call whose number is no other's, so that each dial is certainly its own. */
function checkCourse(plan: Plan, submission: Submission, faults: Faults, broken: Broken): void {
  const { call, dials, results, canceledMs } = submission
  const name = call.reference
  const attempts = dials.filter((dial) => !isTrunkFailure(dial))
  if (attempts.length > call.maxRetries + 1) {
    broken('D4', `${name}: ${attempts.length} dials, ${call.maxRetries} retries allowed`)
  }
  dials.forEach((dial, index) => {
    const next = dials[index + 1]
    if (next === undefined) return
    const endMs = endOf(dial)
    if (next.sentMs < endMs) broken('D2', `${name}: dialled at ${next.sentMs}, busy until ${endMs}`)
    // What the far end did while nobody could hear it, the caller cannot reckon with.
    const isHeard = dial.endMs !== undefined && !faults.during(dial.sentMs, dial.endMs)
    const gapMs = next.sentMs - (isHeard ? (dial.endMs ?? 0) : dial.atMs)
    const wantedMs = isTrunkFailure(dial) ? 0 : call.retryIntervalSeconds * 1000
    // To another trunk within an attempt: only where the first has said that it cannot.
    const promise = dial.to !== next.to ? 'D15' : faults.jumpedBefore(next.sentMs) ? 'S4' : 'D6'
    if (gapMs < wantedMs) broken(promise, `${name}: dialled again after ${gapMs} ms`)
    if (wasReached(dial, faults)) {
      broken('D10', `${name}: reached at ${dial.answeredMs} and called again at ${next.sentMs}`)
    }
  })
  const last = dials.at(-1)
  const result = results[0]
  // Where the last attempt's INVITE reached nobody, the last dial tells of an earlier one.
  const hasAll = result?.form.get('attempts') === String(attempts.length)
  if (last !== undefined && hasAll) {
    checkOutcome(name, { dial: last, result, hasLostCommits: plan.lostCommits > 0 }, faults, broken)
  }
  const late = dials.find(({ sentMs }) => sentMs > (canceledMs ?? LAST_MS) + OUTAGE_GRACE_MS)
  if (late !== undefined)
    broken('D13', `${name}: canceled at ${canceledMs}, dialled ${late.sentMs}`)
}

/** A phone that rings stops ringing within a second of the answer to the cancel. */
function checkCancel(
  { call, dials, canceledMs }: Submission,
  faults: Faults,
  broken: Broken,
): void {
  for (const dial of dials) {
    if (canceledMs === undefined || dial.rangMs === undefined || dial.rangMs > canceledMs) continue
    const overMs = dial.cancelMs ?? dial.endMs ?? dial.answeredMs ?? LAST_MS
    if (overMs > canceledMs + 1050 && !faults.during(canceledMs - 1000, canceledMs + 2000)) {
      broken('D13', `${call.reference}: canceled at ${canceledMs}, rang until ${overMs}`)
    }
  }
}

function checkOutcome(
  name: string,
  seen: { dial: SimDial; result: Result; hasLostCommits: boolean },
  faults: Faults,
  broken: Broken,
): void {
  const { dial, hasLostCommits } = seen
  const { form } = seen.result
  const outcome = form.get('outcome') ?? ''
  // A node that can give no sign of life hangs up, and says so.
  const isFenced = hasLostCommits && outcome === 'no-answer'
  const isDisturbed = isFenced || faults.during(dial.sentMs - 1000, endOf(dial) + 40_000)
  if (isDisturbed || ['interrupted', 'expired', 'canceled'].includes(outcome)) return
  const expected = EXPECTED_OUTCOMES.get(dial.refused ?? 0)
  const isAnswered = dial.answerArrivedMs !== undefined && dial.cancelMs === undefined
  const isReached = ['answered', 'app-error'].includes(outcome)
  if (isAnswered && !isReached) broken('D9', `${name}: answered, told ${outcome}`)
  if (!isAnswered && isReached) broken('D9', `${name}: not answered, told ${outcome}`)
  if (expected !== undefined && !expected.includes(outcome)) {
    broken('D9', `${name}: refused with ${dial.refused}, told ${outcome}`)
  }
}

const EXPECTED_OUTCOMES: ReadonlyMap<number, readonly string[]> = new Map([
  [404, ['invalid-number']],
  [486, ['busy']],
  [487, ['no-answer']],
  [603, ['declined']],
])

/** The number's own line is what two dials at once would disturb. */
function checkNumbers(dials: readonly SimDial[], broken: Broken): void {
  for (const [index, dial] of dials.entries()) {
    for (const other of dials.slice(index + 1)) {
      if (other.number !== dial.number || other.sentMs >= endOf(dial)) continue
      broken('D3', `${dial.number}: dialled at ${other.sentMs}, busy until ${endOf(dial)}`)
    }
  }
}

function checkRates(plan: Plan, dials: readonly SimDial[], faults: Faults, broken: Broken): void {
  const { callsPerSecond, lines } = plan
  const [most, windowMs] =
    callsPerSecond >= 1 ? [Math.floor(callsPerSecond), 1000] : [1, 1000 / callsPerSecond]
  for (const { sentMs } of dials) {
    const within = dials.filter((one) => one.sentMs >= sentMs && one.sentMs < sentMs + windowMs)
    if (within.length > most)
      broken('D12', `${within.length} calls from ${sentMs} on, ${most} allowed`)
    const busy = dials.filter((one) => one.sentMs <= sentMs && endOf(one) > sentMs)
    // Of a node that died, and of far ends that cannot be heard, nobody can know when they fell silent.
    const isSure = !faults.has('kill') && !faults.has('pause') && !faults.cutsOff
    if (busy.length > lines && isSure) {
      broken('D12', `${busy.length} calls at once at ${sentMs}, ${lines} allowed`)
    }
  }
}

function checkOutages(
  events: readonly LoggedEvent[],
  dials: readonly SimDial[],
  faults: Faults,
  broken: Broken,
): void {
  for (const { fromMs, untilMs } of faults.of('store-down')) {
    for (const { sentMs, number } of dials) {
      if (sentMs > fromMs + OUTAGE_GRACE_MS && sentMs < untilMs) {
        broken('S1', `${number}: dialled at ${sentMs}, the store was away from ${fromMs}`)
      }
    }
    for (const event of events) {
      if (event.kind !== 'api' || event.askedMs < fromMs || event.atMs > untilMs) continue
      if (/status="queued"/.test(event.body)) broken('S1', `accepted at ${event.atMs}`)
    }
  }
}

function endOf(dial: SimDial): number {
  if (dial.endMs !== undefined) return dial.endMs
  if (dial.cancelMs !== undefined) return dial.cancelMs
  return dial.answeredMs === undefined && dial.rangMs === undefined
    ? dial.atMs
    : dial.atMs + LONGEST_RING_MS
}

/** RFC 3261: the server says that it cannot, which is no attempt at the person. */
function isTrunkFailure({ refused }: SimDial): boolean {
  return refused !== undefined && [500, 503].includes(refused)
}

/** Answered, and a living node had the time to write it down. */
function wasReached(dial: SimDial, faults: Faults): boolean {
  const { answerArrivedMs, cancelMs, sentMs } = dial
  if (answerArrivedMs === undefined || cancelMs !== undefined) return false
  return !faults.during(sentMs, answerArrivedMs + 3000)
}

/** What was broken, and when. */
class Faults {
  readonly #spans: { what: string; fromMs: number; untilMs: number }[] = []
  readonly endMs: number

  constructor(events: readonly LoggedEvent[]) {
    this.endMs = events.at(-1)?.atMs ?? 0
    for (const event of events) {
      if (event.kind !== 'fault') continue
      const [what = '', edge] = event.what.split(' ')
      const name = `${what} ${event.node ?? ''}`
      if (edge === 'begins') {
        this.#spans.push({ what: name, fromMs: event.atMs, untilMs: this.endMs })
      }
      const span = this.#spans.findLast((one) => one.what === name)
      if (edge === 'ends' && span !== undefined) span.untilMs = event.atMs
    }
  }

  of(what: string): readonly { fromMs: number; untilMs: number }[] {
    return this.#spans.filter((span) => span.what.startsWith(`${what} `))
  }

  /** When a process that had something in hand at `atMs` is there again; `atMs` where it never went. */
  restartOf(node: string, atMs: number): number {
    const ends = this.#spans.filter(
      ({ what, untilMs }) => what.endsWith(` ${node}`) && untilMs >= atMs - 1000,
    )
    return Math.max(atMs, ...ends.map(({ untilMs }) => untilMs))
  }

  /** Datagrams were lost. */
  get cutsOff(): boolean {
    return this.has('trunk-down') || this.has('loss')
  }

  /** Any trouble in that time, but for one that ends at `atMs`. */
  spansBut(
    but: { what: string; node: string | undefined; atMs: number },
    fromMs: number,
    untilMs: number,
  ): boolean {
    return this.#spans.some((span) => {
      if (span.what === `${but.what} ${but.node ?? ''}` && span.untilMs === but.atMs) return false
      return span.fromMs <= untilMs && span.untilMs >= fromMs
    })
  }

  /** Some wall clock. */
  jumpedBefore(atMs: number): boolean {
    return this.of('jump').some(({ fromMs }) => fromMs < atMs)
  }

  has(what: string): boolean {
    return this.of(what).length > 0
  }

  during(fromMs: number, untilMs: number): boolean {
    return this.#spans.some((span) => span.fromMs <= untilMs && span.untilMs + 2000 >= fromMs)
  }
}

function submissionOf(
  plan: Plan,
  call: PlannedCall,
  events: readonly LoggedEvent[],
  dials: readonly SimDial[],
): Submission {
  const isAlone = plan.calls.filter(({ number }) => number === call.number).length === 1
  const results: Result[] = []
  let answer: Partial<Submission> = {}
  const callIds = new Set<string>()
  for (const event of events) {
    if (event.kind === 'result') {
      const form = new URLSearchParams(event.body)
      if (form.get('message_reference') === call.reference) results.push({ ...event, form })
    }
    if (event.kind !== 'api' || event.request['message_reference'] !== call.reference) continue
    const callId = /status="queued" call_id="(\d+)"/.exec(event.body)?.[1]
    if (event.method === 'cancel') {
      if (event.status === 200) answer = { ...answer, canceledMs: event.atMs }
    } else if (event.method === 'call') {
      if (event.status === 200) answer = { ...answer, last: JSON.parse(event.body) }
    } else if (callId !== undefined) {
      callIds.add(callId)
      answer = { ...answer, acceptedMs: answer.acceptedMs ?? event.atMs }
    } else if (!/temporary="true"/.test(event.body)) answer = { ...answer, refused: event.body }
  }
  const own = dials.filter(({ number }) => number.endsWith(call.number))
  return { call, isAlone, results, dials: own, callIds: [...callIds], ...answer }
}
