/** For programs that use a server: `import { createClient, verifyWebhook } from 'outdial/client'`. Any Node from 20 on. */
export { OutdialApiError } from './api-error.ts'
export { type Client, type ClientOptions, createClient } from './client.ts'
export type { Events, EventsOptions, OutdialEvent } from './events.ts'
export type * from './schema.ts'
export { type ReceivedWebhook, type VerifyOptions, verifyWebhook } from './verify-webhook.ts'
