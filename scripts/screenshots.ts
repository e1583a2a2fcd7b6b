// Pictures of every page in both themes, and on a telephone: `npm run screenshots`, into screenshots/ or the folder
// that is named. A server with the simulated carrier makes what there is to see. Those of the README are in docs/pages.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { storeCalls } from '#test/stored-calls'
import { until } from '#test/until'

const root = join(import.meta.dirname, '..')
const folder = process.argv[2] ?? join(root, 'screenshots')
const HISTORY = 20_000
/** Callees of the carrier who answer and press a key, are busy, do not answer, have a machine. */
const NUMBERS = ['16175550101', '16175550102', '16175550120', '16175550112']

const lab = await openServerLab({ config: () => ({ recordsCalls: true }) })
const browser = await startBrowser()
try {
  mkdirSync(folder, { recursive: true })
  const pages = await makeSights(lab)
  for (const theme of ['light', 'dark'] as const) {
    await takeAll(pages, theme, { width: 1280, height: 800 })
  }
  await takeAll(pages, 'light', { width: 390, height: 844 }, 'phone-')
} finally {
  await browser.close()
  await lab.close()
}

/** By name: the path of each page. */
async function makeSights({
  lab: world,
  url,
  db,
  call,
}: ServerLab): Promise<Record<string, string>> {
  const stored = await storeCalls(db, LAB_LOGIN.login, HISTORY, { withAttempts: true })
  const ids = await Promise.all(NUMBERS.map((number) => world.queue(url, number)))
  const [first = 0] = ids
  for (const id of ids) await until(async () => (await call(id)).state === 'ended', 60_000)
  return {
    overview: '/',
    campaigns: '/campaigns',
    campaign: `/campaigns/${stored.campaignId}`,
    calls: '/calls',
    call: `/calls/${first}`,
    'new-campaign': '/campaigns/new',
    'new-call': '/calls/new',
    try: '/try',
    settings: '/settings',
  }
}

async function takeAll(
  pages: Readonly<Record<string, string>>,
  colorScheme: 'light' | 'dark',
  viewport: { readonly width: number; readonly height: number },
  prefix = '',
): Promise<void> {
  const visitor = await Visitor.arrive(browser, lab.url, { colorScheme, viewport })
  await visitor.go('/sign-in')
  await take(visitor, `${prefix}sign-in-${colorScheme}`)
  await visitor.signIn()
  for (const [name, path] of Object.entries(pages)) {
    await visitor.go(path)
    await take(visitor, `${prefix}${name}-${colorScheme}`)
  }
  await visitor.leave()
}

async function take({ page }: Visitor, name: string): Promise<void> {
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, fullPage: true })
  console.log(path)
}
