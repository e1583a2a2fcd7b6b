import { connect, createServer } from 'node:net'
import { socketHost } from '../uri.ts'
import type { StreamKind } from './stream.ts'

export const tcp: StreamKind = {
  transport: 'tcp',
  connectedEvent: 'connect',
  connect: (target, localHost) =>
    connect({
      host: socketHost(target.host),
      port: target.port,
      noDelay: true,
      keepAlive: true,
      ...(localHost === undefined ? {} : { localAddress: localHost }),
    }),
  createServer: (accept) => createServer({ noDelay: true, keepAlive: true }, accept),
}
