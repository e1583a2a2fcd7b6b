import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import type { Service } from '#base'
import type { KeptAttempt } from '#dialer'
import { attemptSpans } from './attempt-spans.ts'

export interface TelemetryOptions {
  /** Of a collector that takes OTLP over HTTP, without its `/v1/traces`. */
  readonly endpoint: string
  readonly node: string
  readonly version: string
}

/** Sends each attempt as an OpenTelemetry trace when it is over, one trace a call. What a collector does not take is lost. */
export class Telemetry implements Service {
  readonly #processor: BatchSpanProcessor
  readonly #resource: ReturnType<typeof resourceFromAttributes>

  constructor({ endpoint, node, version }: TelemetryOptions) {
    this.#resource = resourceFromAttributes({
      'service.name': 'outdial',
      'service.version': version,
      'service.instance.id': node,
    })
    const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
    this.#processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    await this.#processor.shutdown()
  }

  readonly tell = (kept: KeptAttempt): void => {
    for (const span of attemptSpans(kept, this.#resource)) this.#processor.onEnd(span)
  }
}
