import type { Context } from 'hono'
import type { Account } from '#model'

/** What a request of the JSON interface carries along: whose it is. */
export type V1 = { Variables: { account: Account } }
export type V1Context = Context<V1>

export function own(c: V1Context): { accountId: number } {
  return { accountId: c.var.account.accountId }
}
