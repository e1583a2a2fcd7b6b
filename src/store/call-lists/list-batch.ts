import type { Queryable } from '../database/database.ts'
import { CopyLines, CopyMoments, copyText } from './copy-text.ts'
import type { ListKey } from './list-key.ts'

/** A call of an upload; what it has not of its own is its campaign's. */
export interface ListedCall {
  readonly phoneNumber: string
  readonly destination: string
  readonly callerId?: string | undefined
  readonly postDial?: string | undefined
  readonly messageReference: string
  readonly callParameters: string
  readonly dueAt: Date
  readonly expiresAt?: Date | undefined
  readonly timeZone?: string | undefined
  /** The list's further columns, by name. */
  readonly columns?: Readonly<Record<string, string>> | undefined
}

/** A row of an upload that became no call. */
export interface RefusedRow {
  /** Where it begins in the file, from 1. */
  readonly line: number
  /** What is at fault. */
  readonly value: string
  readonly code: string
  /** A sentence: what is wrong with it, and how to mend it. */
  readonly reason: string
}

/** Rows of an upload on their way to the store. */
export class ListBatch {
  readonly #list: ListKey
  readonly #key: string
  readonly #dueTimes = new CopyMoments()
  readonly #expirations = new CopyMoments()
  readonly #calls = new CopyLines()
  readonly #refused = new CopyLines()
  #callCount = 0
  #refusedCount = 0

  constructor(list: ListKey) {
    this.#list = list
    this.#key = `${list.accountId}\t${list.campaignId}\t${list.listId}`
  }

  get rows(): number {
    return this.#callCount + this.#refusedCount
  }

  add(call: ListedCall): void {
    const due = this.#dueTimes.text(call.dueAt)
    const expires = this.#expirations.text(call.expiresAt)
    const columns = call.columns && JSON.stringify(call.columns)
    this.#calls.add(
      `${this.#key}\t${copyText(call.phoneNumber)}\t${call.destination}\t${copyText(call.callerId)}\t` +
        `${copyText(call.postDial)}\t${copyText(call.messageReference)}\t` +
        `${copyText(call.callParameters)}\t${due}\t${due}\t${expires}\t` +
        `${copyText(call.timeZone)}\t${copyText(columns)}\t\\N\t\\N\t\\N\n`,
    )
    this.#callCount += 1
  }

  addRefused({ line, value, code, reason }: RefusedRow): void {
    const { accountId, listId } = this.#list
    const texts = `${copyText(value)}\t${copyText(code)}\t${copyText(reason)}`
    this.#refused.add(`${accountId}\t${listId}\t${line}\t${texts}\n`)
    this.#refusedCount += 1
  }

  /** Writes all rows. Put it into a transaction with `touchCallList`. */
  async write(tx: Queryable): Promise<void> {
    if (this.#callCount > 0) await tx.copy(COPY_CALLS, this.#calls.bytes())
    if (this.#refusedCount > 0) await tx.copy(COPY_REFUSED_ROWS, this.#refused.bytes())
  }

  clear(): void {
    this.#calls.clear()
    this.#refused.clear()
    this.#callCount = 0
    this.#refusedCount = 0
  }
}

const COPY_CALLS = `
  COPY calls (account_id, campaign_id, list_id, phone_number, destination, caller_id, post_dial,
    message_reference, call_parameters, scheduled_at, due_at, expires_at, time_zone, columns,
    start_url, max_retries, retry_interval_seconds)
  FROM STDIN`

const COPY_REFUSED_ROWS = `
  COPY refused_rows (account_id, list_id, line, value, code, reason) FROM STDIN`
