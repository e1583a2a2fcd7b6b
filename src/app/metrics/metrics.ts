import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type Clock, type Measurements, onMeasure, type Service } from '#base'
import type { Database } from '#store'
import { gaugeBacklog } from './gauge-backlog.ts'
import { gaugeServer, type ServerState } from './gauge-server.ts'

export interface MetricsOptions {
  readonly db: Database
  readonly clock: Clock
  readonly server: ServerState
  /** Named in `outdial_build_info`. */
  readonly version: string
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200]
const STORE_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
const LAG_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600, 21_600, 86_400, 259_200,
]
const CALL_SECONDS = [1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600]
const LOSS_RATIOS = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
const JITTER_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16]
const SCORES = [1, 1.5, 2, 2.5, 3, 3.5, 3.75, 4, 4.2, 4.4]

/**
 * What Prometheus scrapes: what this server has counted since it started, how it stands, and what waits
 * in the whole installation. docs/reference/metrics.md has them all.
 */
export class Metrics implements Service {
  readonly #registry = new Registry()
  #unlisten: (() => void)[] = []
  #watchesProcess = false

  constructor({ db, clock, server, version }: MetricsOptions) {
    const registers = [this.#registry]
    new Gauge({
      name: 'outdial_build_info',
      help: 'Which version runs: always 1.',
      labelNames: ['version'],
      registers,
    }).set({ version }, 1)
    gaugeServer(server, registers)
    gaugeBacklog({ db, clock }, registers)
  }

  /** What Prometheus is told the text is. */
  get contentType(): string {
    return this.#registry.contentType
  }

  async start(): Promise<void> {
    this.#unlisten = [
      ...countCalls(this.#registry),
      ...countMedia(this.#registry),
      ...countResults(this.#registry),
      ...countStore(this.#registry),
    ]
  }

  /** Twice-safe. */
  async stop(): Promise<void> {
    for (const unlisten of this.#unlisten.splice(0)) unlisten()
    this.#registry.clear()
  }

  /**
   * All of them, in Prometheus' text format. Where the store does not answer, its gauges are absent. Those
   * of the process itself, which cost something to keep, begin with the first scrape.
   */
  scrape(): Promise<string> {
    if (!this.#watchesProcess) collectDefaultMetrics({ register: this.#registry })
    this.#watchesProcess = true
    return this.#registry.metrics()
  }
}

type Counting = (() => void)[]

function countCalls(registry: Registry): Counting {
  const registers = [registry]
  const started = new Counter({
    name: 'outdial_attempts_started_total',
    help: 'INVITEs that left, by trunk.',
    labelNames: ['trunk'],
    registers,
  })
  const delay = histogram(registry, 'outdial_start_delay_seconds', SECONDS, {
    help: 'From when a call fell due until its INVITE left.',
  })
  const late = histogram(registry, 'outdial_start_lateness_seconds', STORE_SECONDS, {
    help: 'From the time that pacing gave a call until its INVITE left.',
  })
  const attempts = new Counter({
    name: 'outdial_attempts_ended_total',
    help: 'Attempts that ended, by trunk, outcome and callee type.',
    labelNames: ['trunk', 'outcome', 'callee_type'],
    registers,
  })
  const duration = histogram(registry, 'outdial_call_duration_seconds', CALL_SECONDS, {
    help: 'How long calls that were answered lasted.',
  })
  const calls = new Counter({
    name: 'outdial_calls_ended_total',
    help: 'Calls that have their final outcome.',
    labelNames: ['outcome'],
    registers,
  })
  return [
    onMeasure('attempt-started', ({ trunk, delayMs, lateMs }) => {
      started.inc({ trunk })
      delay.observe(seconds(delayMs))
      late.observe(seconds(lateMs))
    }),
    onMeasure('attempt-ended', (ended: Measurements['attempt-ended']) => {
      const { trunk, outcome, calleeType, durationSeconds } = ended
      attempts.inc({ trunk, outcome, callee_type: calleeType })
      if (calleeType !== '') duration.observe(durationSeconds)
    }),
    onMeasure('call-ended', ({ outcome }) => calls.inc({ outcome })),
  ]
}

function countMedia(registry: Registry): Counting {
  const loss = histogram(registry, 'outdial_rtp_loss_ratio', LOSS_RATIOS, {
    help: 'Of the packets of a call that were expected, how many did not come.',
  })
  const jitter = histogram(registry, 'outdial_rtp_jitter_seconds', JITTER_SECONDS, {
    help: 'Interarrival jitter of a call at its end (RFC 3550).',
  })
  const score = histogram(registry, 'outdial_call_mos', SCORES, {
    help: 'How callees sounded here: estimated mean opinion score (ITU-T G.107).',
  })
  const prompts = new Counter({
    name: 'outdial_prompts_total',
    help: 'Prompts that were asked for; cached: nothing had to be rendered.',
    labelNames: ['cached'],
    registers: [registry],
  })
  return [
    onMeasure('media-ended', ({ lossRatio, jitterMs, mos }) => {
      loss.observe(lossRatio)
      jitter.observe(seconds(jitterMs))
      if (mos !== undefined) score.observe(mos)
    }),
    onMeasure('prompt-asked', ({ cached }) => prompts.inc({ cached: String(cached) })),
  ]
}

function countResults(registry: Registry): Counting {
  const tries = new Counter({
    name: 'outdial_result_tries_total',
    help: 'Posts of results and events, by kind and what came of them.',
    labelNames: ['kind', 'verdict'],
    registers: [registry],
  })
  const disabled = new Counter({
    name: 'outdial_result_urls_disabled_total',
    help: 'URLs that answered 410 and get nothing any more.',
    registers: [registry],
  })
  const post = histogram(registry, 'outdial_result_post_seconds', SECONDS, {
    help: 'How long receivers took to answer a post.',
  })
  const lag = histogram(registry, 'outdial_result_lag_seconds', LAG_SECONDS, {
    help: 'From when a result was stored until its receiver had it.',
  })
  return [
    onMeasure('result-tried', ({ kind, verdict, durationMs }) => {
      tries.inc({ kind, verdict })
      post.observe(seconds(durationMs))
    }),
    onMeasure('result-delivered', ({ lagSeconds }) => lag.observe(lagSeconds)),
    onMeasure('result-url-disabled', () => disabled.inc()),
  ]
}

function countStore(registry: Registry): Counting {
  const asked = new Histogram({
    name: 'outdial_store_seconds',
    help: 'How long the store took for a statement or a transaction, with the wait for a connection.',
    labelNames: ['kind'],
    buckets: STORE_SECONDS,
    registers: [registry],
  })
  return [
    onMeasure('store-asked', ({ kind, durationMs }) =>
      asked.observe({ kind }, seconds(durationMs)),
    ),
  ]
}

function histogram(
  registry: Registry,
  name: string,
  buckets: number[],
  { help }: { readonly help: string },
): Histogram {
  return new Histogram({ name, help, buckets, registers: [registry] })
}

/** Never below 0: a clock that is set back must not make a duration negative. */
function seconds(ms: number): number {
  return Math.max(0, ms) / 1000
}
