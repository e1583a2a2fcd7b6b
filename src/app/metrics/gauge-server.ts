import { Counter, Gauge, type Registry } from 'prom-client'

/** How this server stands, read at each scrape. */
export interface ServerState {
  /** Attempts in progress here. */
  readonly running: () => number
  /** Calls at once and starts a second, of all servers together. */
  readonly limits: { readonly lines: number; readonly callsPerSecond: number }
  readonly trunks: readonly { readonly name: string; readonly isUsable: () => boolean }[]
  /** Of the media thread. */
  readonly media: {
    /** Milliseconds since it started. */
    readonly busyMs: () => number
    /** How late packets left, milliseconds. */
    readonly lateness: () => {
      readonly p50Ms: number
      readonly p99Ms: number
      readonly maxMs: number
    }
  }
}

export function gaugeServer(
  { running, limits, trunks, media }: ServerState,
  registers: Registry[],
): void {
  new Gauge({
    name: 'outdial_lines_in_use',
    help: 'Attempts in progress on this server.',
    registers,
    collect() {
      this.set(running())
    },
  })
  gauge(
    registers,
    'outdial_lines_limit',
    'Calls at once, of all servers together (OUTDIAL_LINES).',
  ).set(limits.lines)
  gauge(
    registers,
    'outdial_calls_per_second_limit',
    'Starts a second, of all servers together (OUTDIAL_CPS).',
  ).set(limits.callsPerSecond)
  new Gauge({
    name: 'outdial_trunk_usable',
    help: 'Whether a trunk can take calls now, as its registration and pings have it: 1 or 0.',
    labelNames: ['trunk'],
    registers,
    collect() {
      for (const { name, isUsable } of trunks) this.set({ trunk: name }, isUsable() ? 1 : 0)
    },
  })
  gaugeMedia(media, registers)
}

function gaugeMedia({ busyMs, lateness }: ServerState['media'], registers: Registry[]): void {
  new Counter({
    name: 'outdial_media_busy_seconds_total',
    help: 'How long the media thread was busy.',
    registers,
    collect() {
      this.reset()
      this.inc(busyMs() / 1000)
    },
  })
  new Gauge({
    name: 'outdial_media_lateness_seconds',
    help: 'How late audio packets left, against the 20 ms grid, since the server started.',
    labelNames: ['quantile'],
    registers,
    collect() {
      const { p50Ms, p99Ms, maxMs } = lateness()
      this.set({ quantile: '0.5' }, p50Ms / 1000)
      this.set({ quantile: '0.99' }, p99Ms / 1000)
      this.set({ quantile: '1' }, maxMs / 1000)
    },
  })
}

function gauge(registers: Registry[], name: string, help: string): Gauge {
  return new Gauge({ name, help, registers })
}
