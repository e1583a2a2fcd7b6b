import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { LAB_LOGIN } from './lab.ts'

/**
 * Debian's Chromium, started once a test file; where there is none, tests say so and are skipped. Its headless shell,
 * where that is installed, is the same without what only people see, and takes half of the processor.
 */
export const CHROMIUM = ['chromium-headless-shell', 'chromium']
  .flatMap((name) =>
    (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
  )
  .find((path) => existsSync(path))

export const SKIP_BROWSER: string | false =
  CHROMIUM === undefined ? 'Chromium is not installed (npm run peers)' : false

/** Looks nothing up and calls nobody. */
const QUIET = [
  ...['--no-first-run', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--disable-quic', '--disable-gpu', '--mute-audio'],
]

const PATIENCE_MS = 20_000

export function startBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('there is no Chromium')
  // As root its sandbox cannot be; what it opens is ours.
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET, chromiumSandbox: false })
}

/** One person at the pages, in a browser without memory of others. Whatever goes wrong is kept. */
export class Visitor {
  readonly page: Page
  readonly url: string
  /** Messages of the console, failed requests and replies of 400 and above, as they came. */
  readonly faults: string[] = []
  readonly #expected: RegExp[] = []

  private constructor(page: Page, url: string) {
    this.page = page
    this.url = url
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#fault(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.#fault(`script: ${error.message}`))
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? ''
      // A live stream ends when its page is left, and so does what had not come yet.
      if (why === 'net::ERR_ABORTED') return
      this.#fault(`request: ${request.url()} ${why}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) this.#fault(`reply: ${response.status()} ${response.url()}`)
    })
  }

  static async arrive(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({ timezoneId: 'Europe/Berlin', ...options })
    context.setDefaultTimeout(PATIENCE_MS)
    return new Visitor(await context.newPage(), url)
  }

  /** Faults that a test brings about on purpose; each must come. */
  expect(...faults: readonly RegExp[]): void {
    this.#expected.push(...faults)
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.url + path)
  }

  /** As the account's owner, unless somebody else is named. */
  async signIn(
    who: { readonly login: string; readonly pin: string; readonly user?: string } = LAB_LOGIN,
  ): Promise<void> {
    await this.go('/sign-in')
    await this.page.getByLabel('Account').fill(who.login)
    if (who.user !== undefined) await this.page.getByLabel('User', { exact: true }).fill(who.user)
    await this.page.getByLabel(/^PIN/).fill(who.pin)
    await this.page.getByRole('button', { name: 'Sign in' }).click()
    await this.page.getByRole('navigation', { name: 'Pages' }).waitFor()
  }

  /** Serious findings of axe-core on the page as it is, in words; none where all is well. */
  async accessibility(): Promise<string[]> {
    await this.page.evaluate(AXE)
    return this.page.evaluate(async () => {
      // @ts-expect-error: axe is what was evaluated above
      const { violations } = await globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      })
      return violations
        .filter(({ impact }: { impact: string }) => ['serious', 'critical'].includes(impact))
        .flatMap(({ id, help, nodes }: { id: string; help: string; nodes: { html: string }[] }) =>
          nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`),
        )
    })
  }

  /** Leaves; throws where anything went wrong that the test did not expect, or did not where it did. */
  async leave(): Promise<void> {
    await this.page.context().close()
    const missing = this.#expected.filter((one) => !this.faults.some((fault) => one.test(fault)))
    const left = this.faults.filter((fault) => !this.#expected.some((one) => one.test(fault)))
    if (left.length > 0) throw new Error(`Went wrong in the browser:\n${left.join('\n')}`)
    if (missing.length > 0) throw new Error(`Did not go wrong: ${missing.join(', ')}`)
  }

  #fault(text: string): void {
    this.faults.push(text)
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
