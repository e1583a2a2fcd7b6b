// The pages in a real browser with a million calls stored: how soon something is seen, how soon a click shows, and
// how much is sent. `-- pages --visits=7 --most=1000000`.
import type { Browser, Page } from 'playwright-core'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { openTestDatabase } from '#test/database'
import { LAB_LOGIN, Lab } from '#test/lab'
import { storeCalls } from '#test/stored-calls'
import { numberOf, percentiles } from './figures.ts'
import type { BenchResult } from './run.ts'

const VISITS = numberOf('visits', 7)
const MOST = numberOf('most', 1_000_000)

type Row = BenchResult['rows'][number]

interface Seen {
  readonly paintMs: number
  readonly clickMs: number
  readonly kilobytes: number
}

export async function bench(): Promise<BenchResult> {
  if (SKIP_BROWSER !== false) throw new Error(SKIP_BROWSER)
  const database = await openTestDatabase()
  const lab = await Lab.start()
  const browser = await startBrowser()
  try {
    const config = { databaseUrl: database.url, requests: { requestsPerMinute: 10_000_000 } }
    const server = await lab.startServer(lab.config(config))
    const stored = await storeCalls(database.db, LAB_LOGIN.login, MOST, { withAttempts: true })
    const campaign = `/campaigns/${stored.campaignId}`
    const pages = {
      overview: '/',
      campaigns: '/campaigns',
      'a campaign': campaign,
      'its calls that nobody answered': `${campaign}?outcome=no-answer`,
      calls: '/calls',
      'calls by number': `/calls?phone_number=${stored.number}`,
      'a call': `/calls/${stored.firstId + 300}`,
      'new campaign': '/campaigns/new',
      'new call': '/calls/new',
      'try a dialogue': '/try',
      settings: '/settings',
    }
    const rows: Row[] = []
    for (const [what, path] of Object.entries(pages)) {
      rows.push(await measure(browser, server.url, { what, path }))
    }
    return {
      name: `pages: ${MOST} calls stored`,
      rows,
      notes: [
        `medians of ${VISITS} visits, each of a browser that has nothing in its cache`,
        'goals: first contentful paint under 500 ms, a click shows within 100 ms, 150 kB compressed',
      ],
    }
  } finally {
    await browser.close()
    await lab.stop()
    await database.close()
  }
}

async function measure(
  browser: Browser,
  url: string,
  { what, path }: { readonly what: string; readonly path: string },
): Promise<Row> {
  const seen: Seen[] = []
  for (let visit = 0; visit < VISITS; visit++) {
    const visitor = await Visitor.arrive(browser, url)
    await visitor.signIn()
    const { page } = visitor
    const session = await page.context().newCDPSession(page)
    await session.send('Network.clearBrowserCache')
    await visitor.go(path)
    seen.push({ ...(await look(page)), clickMs: await click(page) })
    await visitor.leave()
  }
  const of = (name: keyof Seen): number[] => seen.map((one) => one[name])
  const paint = percentiles(of('paintMs'))
  return {
    what,
    ...{ 'first paint ms': paint['p50 ms'], 'worst ms': paint['p99 ms'] },
    'click ms': percentiles(of('clickMs'))['p50 ms'],
    'kB sent': Math.max(...of('kilobytes')),
  }
}

/** First contentful paint, and what the page and all that belongs to it weigh as they were sent. */
function look(page: Page): Promise<Omit<Seen, 'clickMs'>> {
  return page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      const paint = list.getEntriesByName('first-contentful-paint')[0]
      if (paint === undefined) return
      observer.disconnect()
      const sent = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      const bytes = sent.reduce((sum, { transferSize }) => sum + transferSize, 0)
      resolve({ paintMs: paint.startTime, kilobytes: Math.round(bytes / 100) / 10 })
    }).observe({ type: 'paint', buffered: true })
  })`)
}

/** From a click on the menu until its effect is on the screen: the duration of the Event Timing API. */
async function click(page: Page): Promise<number> {
  const duration = page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      const click = list.getEntries().find(({ name }) => name === 'click')
      if (click === undefined) return
      observer.disconnect()
      resolve(click.duration)
    }).observe({ type: 'event', durationThreshold: 16, buffered: false })
    setTimeout(() => resolve(16), 3000)
  })`)
  await page.locator('.who summary').click()
  return (await duration) as number
}
