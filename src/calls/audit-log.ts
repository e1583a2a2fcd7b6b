import { errorMessage } from '#base'
import {
  type AuditEntry,
  type AuditListing,
  forgetAuditEntries,
  insertAuditEntry,
  insertFailedSignIn,
  listAuditEntries,
  type NewAuditEntry,
  type Queryable,
} from '#store'
import { type CallsContext, moment } from './context.ts'
import type { SignInTry } from './sign-in-throttle.ts'

/** A year, and what it takes to look back at it. */
const KEPT_DAYS = 400

/** What was done, by whom, to what. */
export type AuditedAction = Omit<NewAuditEntry, 'now'>

/** Writes into the log of an account, or of the installation, what was done. `tx`: in one transaction with it. */
export function audit(
  context: CallsContext,
  action: AuditedAction,
  tx: Queryable = context.db,
): Promise<void> {
  return insertAuditEntry(tx, { ...action, ...moment(context) })
}

/**
 * Notes a wrong try at a sign-in. Nobody waits for it, so that the answer takes as long whether or not there is an account
 * whose log it is written to.
 */
export function auditFailedSignIn(context: CallsContext, tried: SignInTry): void {
  insertFailedSignIn(context.db, { ...tried, ...moment(context) }).catch((error: unknown) =>
    context.log.error('a wrong sign-in was not noted', { error: errorMessage(error) }),
  )
}

/** A page of the log of an account, or of the installation, the newest first. */
export function auditLog({ db }: CallsContext, listing: AuditListing): Promise<AuditEntry[]> {
  return listAuditEntries(db, listing)
}

/** Forgets what is older than 400 days. Returns how many entries. */
export function forgetAuditLog(context: CallsContext): Promise<number> {
  return forgetAuditEntries(context.db, KEPT_DAYS, moment(context).now)
}
