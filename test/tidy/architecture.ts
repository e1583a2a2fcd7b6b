/**
 * The table of arrows: what each room may import, by its doors. Down only; `docs/architecture.md`
 * says why.
 */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  strtotime: ['base'],
  audio: ['base'],
  sip: ['base'],
  rtp: ['base', 'audio'],
  xml: ['base'],
  script: ['base'],
  grammar: ['base', 'xml', 'script'],
  vxml: ['base', 'xml', 'script', 'grammar'],
  store: ['base', 'model'],
  recordings: ['base', 'store'],
  calls: ['base', 'model', 'store', 'strtotime'],
  speech: ['base', 'audio', 'grammar', 'vxml'],
  dialer: [
    'base',
    'model',
    'calls',
    'sip',
    'rtp',
    'audio',
    'vxml',
    'script',
    'speech',
    'recordings',
  ],
  schedule: ['base', 'model', 'store', 'calls', 'dialer'],
  results: ['base', 'model', 'store'],
  carrier: ['base', 'sip', 'rtp', 'audio', 'speech'],
  api: ['base', 'model', 'calls'],
  web: ['base', 'model', 'audio', 'calls', 'api', 'client'],
  app: [
    ...['base', 'model', 'strtotime', 'audio', 'sip', 'rtp', 'xml', 'script', 'grammar', 'vxml'],
    ...[
      'store',
      'calls',
      'speech',
      'dialer',
      'schedule',
      'results',
      'carrier',
      'api',
      'web',
      'recordings',
      'client',
    ],
  ],
  client: [],
  cli: ['base', 'app', 'client'],
}

/** What reaches the outer world or the machine's clock and chance, and is handed in elsewhere. */
export type Reach =
  | 'wall clock'
  | 'timers'
  | 'chance'
  | 'environment'
  | 'sockets'
  | 'http client'
  | 'console'

/** The named edge files, by prefix of their path under `src/`. */
export const EDGES: readonly { readonly prefix: string; readonly may: readonly Reach[] }[] = [
  { prefix: 'base/clock.ts', may: ['wall clock', 'timers'] },
  { prefix: 'base/random.ts', may: ['chance'] },
  { prefix: 'base/guarded-fetch', may: ['sockets', 'http client'] },
  { prefix: 'base/local-address.ts', may: ['sockets'] },
  { prefix: 'sip/transport/', may: ['sockets'] },
  { prefix: 'rtp/udp/', may: ['sockets'] },
  { prefix: 'rtp/worker/media-worker.ts', may: ['timers'] },
  { prefix: 'store/database/', may: ['sockets', 'timers', 'environment'] },
  { prefix: 'app/config.ts', may: ['environment'] },
  { prefix: 'client/', may: ['wall clock', 'http client', 'timers'] },
  { prefix: 'cli/', may: ['environment', 'console', 'http client', 'timers'] },
]

export function mayReach(path: string, reach: Reach): boolean {
  const inSource = path.replace(/^src\//, '')
  return EDGES.some(({ prefix, may }) => inSource.startsWith(prefix) && may.includes(reach))
}
