import { z } from 'zod'
import { count } from './parts.ts'

const format = z.enum(['e164', 'digits', 'national'])

export const trunk = z
  .object({
    name: z.string(),
    host: z.string(),
    port: count.optional(),
    transport: z.enum(['udp', 'tcp', 'tls']).optional(),
    username: z.string().optional(),
    register: count.optional(),
    ping: count.optional(),
    session_timer: count.optional(),
    prack: z.enum(['off', 'supported', 'required']).optional(),
    codecs: z.array(z.string()).optional(),
    srtp: z.enum(['off', 'sdes']).optional(),
    dtmf: z.enum(['rfc4733', 'info', 'inband']).optional(),
    caller_id: z.string().optional(),
    invalid_caller_id: z.enum(['decline', 'default']),
    caller_id_format: format.optional(),
    privacy: z.boolean().optional(),
    asserted_identity: z.boolean().optional(),
    number_format: format.optional(),
    country: z.string().optional(),
    strip: z.string().optional(),
    prefix: z.string().optional(),
    priority: count.optional(),
    weight: count.optional(),
    failover: z.array(count).optional(),
    lines: count.optional(),
    cps: z.number().optional(),
  })
  .meta({ id: 'Trunk', description: 'A way out to the telephone network; never its password.' })
