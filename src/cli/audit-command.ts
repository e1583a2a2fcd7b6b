import type { AuditedAction } from '#app'
import type { Store } from './open-store.ts'

/** An entry of the log; what it is about may be the account, or the installation, itself. */
type Done = Omit<AuditedAction, 'actor' | 'subject'> & { readonly subject?: string }

/** Writes into the audit log what a command has done to the store; of what a server did, it writes itself. */
export function auditCommand(
  { app, calls }: Pick<Store, 'app' | 'calls'>,
  { subject = '', ...done }: Done,
): Promise<void> {
  return app.audit(calls, { ...done, subject, actor: 'command line' })
}

/** Which fields were sent, without what they say: it may be a secret. */
export function namedOf(fields: object): { readonly fields: string } {
  return { fields: Object.keys(fields).join(', ') }
}
