import type { Context } from 'hono'

/**
 * Where a request comes from, for counting wrong tries: the connection's address, and what a proxy before us says of
 * who has connected to it. Who makes that up is counted by the login alone.
 */
export function clientAddress({ env, req }: Context): string {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } }
  const connected = incoming?.socket?.remoteAddress ?? ''
  const forwarded = req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
  return forwarded === undefined ? connected : `${connected} ${forwarded}`
}
