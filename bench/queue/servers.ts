import { queueOverHttp } from '#app'
import { type Database, insertCalls } from '#store'
import { LAB_LOGIN, Lab } from '#test/lab'
import { dialsIn } from '#test/sip-judge'
import { clearCalls, queueCalls } from './queued-calls.ts'

/** Every callee is busy: a call costs its server as little as can be. */
const BUSY = { status: 486 } as const
const FIRST_NUMBER = 16_172_000_000

/** Requests a second of `queuecall.php` and how long each took, by so many clients one after the other. */
export async function measureRequests(
  lab: Lab,
  url: string,
  { clients, seconds }: { clients: number; seconds: number },
): Promise<{ perSecond: number; ms: number[] }> {
  const ms: number[] = []
  const beganMs = performance.now()
  const client = async (): Promise<void> => {
    while (performance.now() - beganMs < seconds * 1000) {
      const sentMs = performance.now()
      await queueOverHttp(url, {
        ...LAB_LOGIN,
        phone_number: '6177123000',
        start_url: lab.web.url('/start.vxml'),
        scheduled_time: '+1 year',
      })
      ms.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { perSecond: ms.length / ((performance.now() - beganMs) / 1000), ms }
}

/** From the due times of calls, a hundred a second, to their INVITEs as the far end sees them. */
export async function measureDelays(
  db: Database,
  databaseUrl: string,
  count: number,
): Promise<number[]> {
  const numbers = Array.from({ length: count }, (_, index) => String(FIRST_NUMBER + index))
  const script = Object.fromEntries(numbers.map((number) => [number, BUSY]))
  const lab = await Lab.start({}, { script })
  await clearCalls(db)
  await lab.startServer(lab.config({ databaseUrl, lines: 1000, callsPerSecond: 200, node: 'due' }))
  const [campaign] = await db.query<{ accountId: number; campaignId: number }>(
    `SELECT account_id AS "accountId", campaign_id AS "campaignId"
     FROM campaigns JOIN accounts USING (account_id) WHERE is_default AND login = $1`,
    [LAB_LOGIN.login],
  )
  if (campaign === undefined) throw new Error('The server makes its account as it starts.')
  const beginsAt = Date.now() + 2000
  const dueAt = (index: number): Date => new Date(beginsAt + 10 * index)
  await insertCalls(
    db,
    numbers.map((number, index) => ({
      ...campaign,
      phoneNumber: number,
      destination: `+${number}`,
      startUrl: lab.web.url('/start.vxml'),
      messageReference: '',
      callParameters: '',
      maxRetries: 0,
      retryIntervalSeconds: 60,
      scheduledAt: dueAt(index),
    })),
  )
  await lab.carrierShows((calls) => calls.length === count, 60_000)
  const dials = dialsIn(lab.events)
  await lab.stop()
  return dials.map(({ number, time }) => {
    return time - dueAt(Number(number.replace('+', '')) - FIRST_NUMBER).getTime()
  })
}

/** From the start of a server's process to its first INVITE, with so many calls queued. */
export async function measureRestart(
  db: Database,
  databaseUrl: string,
  queued: number,
): Promise<number> {
  const lab = await Lab.start()
  await queueCalls(db, queued, { startUrl: lab.web.url('/start.vxml') })
  const beganMs = performance.now()
  const server = lab.startServer(lab.config({ databaseUrl, node: 'restart', drainSeconds: 0 }))
  await lab.carrierShows((calls) => calls.length > 0, 60_000)
  const tookMs = performance.now() - beganMs
  await server
  await lab.stop()
  return tookMs
}
