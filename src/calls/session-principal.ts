import type { WebSession } from '#store'
import type { Principal } from './api-keys.ts'

/** Who asks, in what is the account's. */
export function principalOf({ account, role, userId, userName }: WebSession): Principal {
  if (userId === undefined) {
    return { account, role, id: `account:${account.accountId}`, actor: 'owner' }
  }
  return { account, role, id: `user:${userId}`, actor: `user:${userName}` }
}

/** The same one, in what is the installation's; undefined: may do nothing there. */
export function installationPrincipalOf(session: WebSession): Principal | undefined {
  const { installationRole: role, account } = session
  if (role === undefined) return undefined
  const { id, actor } = principalOf(session)
  return { role, id, actor: `${actor}@${account.login}` }
}
