import { type AuditedAction, audit, type CallsContext } from '#app'

/** Writes into the audit log what a command has done to the store. */
export function auditCommand(
  calls: CallsContext,
  action: Omit<AuditedAction, 'actor'>,
): Promise<void> {
  return audit(calls, { ...action, actor: 'command line' })
}
