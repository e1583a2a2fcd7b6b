import type { WebSession } from '#calls'

/** A session in the words of the interface, without what opens it. */
export function sessionView(session: WebSession): object {
  return {
    session_id: session.sessionId,
    user_id: session.userId,
    user: session.userName,
    role: session.role,
    installation_role: session.installationRole,
    address: session.address,
    created_at: session.createdAt,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
  }
}
