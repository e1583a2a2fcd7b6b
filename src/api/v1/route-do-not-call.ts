import type { Hono } from 'hono'
import { z } from 'zod'
import { OutdialError } from '#base'
import { type CallsContext, forbiddenNumbers, forbidNumbers, permitNumbers } from '#calls'
import { readFields } from './read-body.ts'
import { readPage } from './read-parameters.ts'
import { own, type V1 } from './v1-context.ts'

const MOST_NUMBERS = 1000

const NUMBERS = z
  .array(z.string('has something that is no text'), 'is no list of numbers; send ["+16177123000"]')
  .min(1, 'is empty; send at least one number')
  .max(MOST_NUMBERS, `has more than ${MOST_NUMBERS} numbers; send them in parts`)
const FORBID = z.strictObject({ numbers: NUMBERS, reason: z.string('is no text').optional() })
const PERMIT = z.strictObject({ numbers: NUMBERS })

/** The account's do-not-call list. */
export function routeDoNotCall(v1: Hono<V1>, calls: CallsContext): void {
  v1.get('/do-not-call', async (c) => {
    const { limit, after } = readPage(c.req.query())
    const numbers = await forbiddenNumbers(calls, { ...own(c), limit, after })
    const view = numbers.map(({ destination, reason, createdAt }) => {
      return { destination, reason, created_at: createdAt }
    })
    return c.json({ numbers: view })
  })
  v1.post('/do-not-call', async (c) => {
    const { numbers, reason = '' } = read(FORBID, await readFields(c.req.raw, calls.clock))
    const { account } = c.var
    return c.json({ added: await forbidNumbers(calls, { account, numbers, reason }) })
  })
  v1.post('/do-not-call/remove', async (c) => {
    const { numbers } = read(PERMIT, await readFields(c.req.raw, calls.clock))
    return c.json({ removed: await permitNumbers(calls, { account: c.var.account, numbers }) })
  })
}

function read<T>(schema: z.ZodType<T>, fields: unknown): T {
  const answer = schema.safeParse(fields)
  if (answer.success) return answer.data
  const [issue] = answer.error.issues
  const field =
    issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : String(issue?.path[0] ?? '')
  const fault =
    issue?.code === 'unrecognized_keys' ? 'is nothing that this request takes' : issue?.message
  throw new OutdialError('parameter-invalid', `${field} ${fault}.`, { field })
}
