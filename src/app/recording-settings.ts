import { join } from 'node:path'
import type { GuardedFetch } from '#base'
import { Bucket } from '#recordings'
import type { Config } from './config.ts'
import type { Machine } from './machine.ts'
import { PRODUCT } from './product.ts'

/** Where recordings are, for a server and for commands beside it. */
export function recordingSettings(config: Config, { machine }: { readonly machine: Machine }) {
  const { recordingBucket: address, retentionDays } = config
  return {
    nodeId: config.node,
    folder: join(config.dataFolder, 'recordings'),
    key: config.recordingKey,
    bucket: address && new Bucket(address, bucketFetch(machine), machine.clock),
    retentionDays: config.recordingDays ?? retentionDays,
  }
}

/** The operator has named the bucket's address, no document: it may be anywhere. */
function bucketFetch({ clock, createFetch }: Machine): GuardedFetch {
  return createFetch({ allowPrivate: ['0.0.0.0/0', '::/0'], userAgent: PRODUCT, clock })
}
