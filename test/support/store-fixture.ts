import assert from 'node:assert/strict'
import { after, before, beforeEach } from 'node:test'
import type { AttemptEnding, ClaimedCall } from '#model'
import {
  claimDueCalls,
  type Database,
  ensureDefaultCampaign,
  type FinishedCall,
  insertAccount,
  insertAttempt,
  insertCalls,
  lockDueCalls,
  type NewCall,
} from '#store'
import { openTestDatabase, type TestDatabase } from '#test/database'

export const NOON = new Date('2030-01-01T12:00:00.250Z')

export function afterNoon(seconds: number): Date {
  return new Date(NOON.getTime() + seconds * 1000)
}

/** An attempt's `invite` and its two commonest endings. */
export const INVITE = { callId: 'abc@here', cseq: 1, target: { host: '127.0.0.1', port: 5060 } }
export const BUSY: AttemptEnding = {
  outcome: 'busy',
  cause: '486 Busy Here',
  sipStatus: 486,
  calleeType: '',
  durationSeconds: 0,
}
export const ANSWERED: AttemptEnding = {
  outcome: 'answered',
  cause: 'BYE',
  sipStatus: 200,
  hangupBy: 'callee',
  calleeType: 'voice',
  durationSeconds: 12,
  exitValue: '{"choice":"1"}',
}

/** A call's end, with a result of its own. */
export function endOf(claim: FinishedCall['claim'], ending: AttemptEnding): FinishedCall {
  return { claim, ending, result: resultOfCall(claim.callId) }
}

export function resultOfCall(callId: number, body = RESULT_BODY): FinishedCall['result'] {
  const event = { webhookId: `evt_${callId}`, sequence: 9, body: '{"type":"call.failed"}' }
  return { webhookId: `msg_${callId}`, body, event }
}

export const RESULT_BODY = 'result=completed&x=%00'

/** Within a `describe`: a database of its own, emptied but for one account before each test. */
export function useStore(): StoreFixture {
  const fixture = new StoreFixture()
  before(() => fixture.open())
  after(() => fixture.close())
  beforeEach(() => fixture.reset())
  return fixture
}

export class StoreFixture {
  accountId = 0
  /** The account's default campaign. */
  campaignId = 0
  #database: TestDatabase | undefined

  get db(): Database {
    return this.#database?.db ?? assert.fail('the database is open while tests run')
  }

  async open(): Promise<void> {
    this.#database = await openTestDatabase()
  }

  async close(): Promise<void> {
    await this.#database?.close()
  }

  async reset(): Promise<void> {
    await this.db.execute(
      `TRUNCATE accounts, api_keys, campaigns, call_lists, refused_rows, calls, attempts, results, result_tries,
         result_destinations, result_claims, disabled_result_urls,
         trunks, nodes, campaign_counts, webhook_secrets, pacing, do_not_call, number_attempts, account_usage, idempotency_keys,
         recordings, schedules, pacing_profiles, users, web_sessions, audit_log, call_statistics, call_totals,
         attempt_totals, node_reports
       RESTART IDENTITY`,
    )
    await this.db.execute('UPDATE statistics_place SET ended_at = to_timestamp(0), call_id = 0')
    const account = await insertAccount(this.db, { login: 'plum', pinHash: 'scrypt' })
    this.accountId = account?.accountId ?? 0
    // All calls of a fixture have one number.
    await this.db.execute('UPDATE accounts SET serializes_numbers = false')
    this.campaignId = await ensureDefaultCampaign(this.db, this.accountId)
  }

  /** Queues a call, due at noon unless said otherwise. */
  async queue(changes: Partial<NewCall> = {}): Promise<number> {
    const [callId] = await insertCalls(this.db, [{ ...this.newCall(), now: NOON, ...changes }])
    return callId ?? assert.fail('an insertion returns its id')
  }

  newCall(): NewCall {
    return {
      accountId: this.accountId,
      campaignId: this.campaignId,
      phoneNumber: '6177123000;postd=12',
      destination: '+16177123000',
      startUrl: 'https://example.org/start',
      messageReference: 'ref',
      callParameters: 'a=1',
      maxRetries: 2,
      retryIntervalSeconds: 60,
    }
  }

  claim(limit = 100, nodeId = 'n1', now = NOON): Promise<ClaimedCall[]> {
    return claimAnyDue(this.db, { nodeId, limit, now })
  }

  async claimOne(now = NOON): Promise<ClaimedCall> {
    const [claimed] = await this.claim(1, 'n1', now)
    return claimed ?? assert.fail('a call was due')
  }

  /** Writes the intent of the claim's attempt. */
  dial(claim: ClaimedCall, now = NOON): Promise<number> {
    const attempt = claim.attempts + 1
    return insertAttempt(this.db, { claim, attempt, trunk: 'carrier', invite: INVITE, now })
  }
}

/** Claims what is due in any list, without limits, for the node's present start. */
export function claimAnyDue(
  db: Database,
  { nodeId, limit, now }: { nodeId: string; limit: number; now: Date },
): Promise<ClaimedCall[]> {
  return db.transaction(async (tx) => {
    const found = await tx.query<{ listId: number }>(
      `SELECT list_id AS "listId" FROM call_lists WHERE state = 'complete'`,
    )
    const lists = found.map(({ listId }) => ({ listId, limit, from: undefined }))
    const due = (await lockDueCalls(tx, { now, lists })).slice(0, limit)
    const [node] = await tx.query<{ incarnation: number }>(
      'SELECT incarnation FROM nodes WHERE node_id = $1',
      [nodeId],
    )
    const starts = due.map(({ accountId, callId }) => {
      return { accountId, callId, trunk: 'carrier', startAt: now }
    })
    const incarnation = node?.incarnation ?? 0
    const epochs = await claimDueCalls(tx, { nodeId, incarnation, starts, now })
    return due.map(({ dueAt: _due, serializes: _one, numberInUse: _used, ...claim }) => {
      return { ...claim, nodeId, claimEpoch: epochs.get(claim.callId) ?? 0 }
    })
  })
}
