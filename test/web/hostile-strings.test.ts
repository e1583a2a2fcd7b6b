import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { hostileStrings } from '#test/hostile-strings'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { type StoredCalls, storeCalls } from '#test/stored-calls'

const COUNT = 500
const STRINGS = hostileStrings(COUNT)
/** A narrow window: what breaks a layout breaks this one first. */
const PHONE = { width: 390, height: 844 }

describe('five hundred hostile strings', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab
  let stored: StoredCalls

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab()
    stored = await storeCalls(lab.db, LAB_LOGIN.login, COUNT, { withAttempts: true })
    await store(lab, stored)
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  it('are text wherever a list shows them, and break no layout', async () => {
    const visitor = await Visitor.arrive(browser, lab.url, { viewport: PHONE })
    const { page } = visitor
    await visitor.signIn()
    for (const path of ['/campaigns', '/calls', `/campaigns/${stored.campaignId}`]) {
      await visitor.go(path)
      for (;;) {
        await holdsTogether(page)
        const next = page.getByRole('link', { name: 'Next page' })
        if ((await next.count()) === 0) break
        await next.click()
        await page.waitForLoadState()
      }
    }
    for (let index = 0; index < COUNT; index += 50) {
      await visitor.go(`/calls/${stored.firstId + index}`)
      await holdsTogether(page)
    }
    await visitor.leave()
  })

  it('are text in the forms that had them, and in every answer', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    await visitor.signIn()
    const filled: string[] = []
    for (const path of FORMS(stored)) {
      await visitor.go(path)
      const found = await visitor.page.evaluate(fillForms, { strings: STRINGS, filled })
      assert.deepEqual(found.wrong, [], path)
      assert.ok(found.filled.length > filled.length, `${path} has no form of its own`)
      filled.splice(0, Infinity, ...found.filled)
    }
    // 412: what another string has changed meanwhile.
    visitor.expect(/reply: 4[12]2/, /console: .*4[12]2/)
    await visitor.leave()
  })
})

/** As those who queue calls, and documents that return values, may have them stored. */
async function store({ db }: ServerLab, { campaignId }: StoredCalls): Promise<void> {
  await db.execute(
    `UPDATE calls SET message_reference = s.text, call_parameters = s.text, exit_value = to_json(s.text)::text
     FROM unnest($1::text[]) WITH ORDINALITY AS s (text, n)
     WHERE campaign_id = $2 AND phone_number = (16172000000 + s.n)::text`,
    [STRINGS, campaignId],
  )
  await db.execute(
    `INSERT INTO campaigns (account_id, name, start_url, state)
     SELECT account_id, s.name, 'http://127.0.0.1/', 'running'
     FROM (SELECT DISTINCT left(regexp_replace(text, '[\x01-\x1f\x7f-\x9f]', '', 'g'), 128) AS name
       FROM unnest($1::text[]) text) s, accounts WHERE login = $2 AND s.name <> ''`,
    [STRINGS, LAB_LOGIN.login],
  )
}

/** Of an element in the browser, what is looked at here; this program has no types of a browser's. */
interface Markup {
  readonly attributes: Iterable<{ readonly name: string }>
  readonly scrollWidth: number
  querySelector(selector: string): Markup | null
  querySelectorAll(selector: string): Iterable<Field> & { readonly length: number }
}

interface Field extends Markup {
  getAttribute(name: string): string | null
  readonly name: string
  readonly type: string
  readonly value: string
  readonly method: string
  readonly enctype: string
  readonly elements: Iterable<{ readonly name: string }>
}

interface BrowserWindow {
  readonly document: Markup & { readonly documentElement: Markup }
  readonly innerWidth: number
  readonly broken: unknown
  readonly DOMParser: new () => { parseFromString(text: string, type: string): Markup }
  readonly FormData: new (form: Field) => Iterable<[string, string]>
}

/** Nothing of a string was run, loaded or taken for markup, and the page is no wider than the window. */
async function holdsTogether(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const { document, innerWidth, broken } = globalThis as unknown as BrowserWindow
    return {
      broken,
      tooWide: Math.max(0, document.documentElement.scrollWidth - innerWidth),
      scripts: [
        ...document.querySelectorAll('script:not([type=module]), iframe, base, meta[http-equiv]'),
      ].length,
      handlers: [...document.querySelectorAll('*')].filter((one) =>
        [...one.attributes].some(({ name }) => name.startsWith('on') || name === 'style'),
      ).length,
    }
  })
  assert.deepEqual(found, { broken: undefined, tooWide: 0, scripts: 0, handlers: 0 }, page.url())
}

const FORMS = ({ campaignId }: StoredCalls): string[] => [
  '/calls/new',
  '/calls',
  `/campaigns/${campaignId}`,
  `/campaigns/${campaignId}/edit`,
  '/campaigns/new',
  '/try',
  '/settings/users',
  '/settings/keys',
  '/settings/do-not-call',
  '/settings/schedules',
  '/settings/pacing-profiles',
  '/settings/audit',
]

interface Filling {
  readonly strings: readonly string[]
  /** Forms of other pages, by the names of their fields, which need not be filled again. */
  readonly filled: readonly string[]
}

interface Filled {
  readonly filled: readonly string[]
  readonly wrong: readonly string[]
}

/**
 * In the browser: sends each form of the page once for each string, in all its text fields, and looks at the answer as
 * a browser would read it. What it has of the form must hold the string as it was.
 */
async function fillForms({ strings, filled }: Filling): Promise<Filled> {
  const { document, DOMParser, FormData } = globalThis as unknown as BrowserWindow
  const typed =
    'input:is(:not([type]), [type=text], [type=url], [type=tel], [type=search]), textarea'
  const wrong: string[] = []
  const seen = [...filled]
  for (const form of document.querySelectorAll('main form')) {
    if (form.querySelector(typed) === null || form.enctype === 'multipart/form-data') continue
    // The same form may stand on several pages.
    const names = [...form.elements].map(({ name }) => name).join(' ')
    if (seen.includes(names)) continue
    seen.push(names)
    // A field may be called action as well.
    const action = form.getAttribute('action') ?? ''
    const send = async (text: string): Promise<void> => {
      const fields = new URLSearchParams([...new FormData(form)])
      for (const { name } of form.querySelectorAll(typed)) fields.set(name, text)
      const isGet = form.method === 'get'
      const reply = await fetch(isGet ? `${action}?${fields}` : action, {
        ...(isGet ? {} : { method: 'POST', body: fields }),
      })
      if (reply.status >= 500) wrong.push(`${reply.status} for ${text}`)
      const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
      const planted = page.querySelectorAll(
        'script:not([type=module]), iframe, base, meta[http-equiv], [onload], [onerror], [onfocus], main [style]',
      )
      if (planted.length > 0) wrong.push(`markup of ${text}`)
      for (const field of page.querySelectorAll(typed)) {
        const isOfForm = form.querySelector(`[name="${field.name}"]`) !== null
        // Browsers cut ASCII whitespace off what stands in a field for an address.
        const whole = field.type === 'url' ? text.replace(/^[\t ]+|[\t ]+$/g, '') : text
        if (isOfForm && [412, 422].includes(reply.status) && field.value !== whole) {
          wrong.push(`${field.name} has ${field.value} for ${text}`)
        }
      }
    }
    for (let at = 0; at < strings.length; at += 4) {
      await Promise.all(strings.slice(at, at + 4).map(send))
    }
  }
  return { filled: seen, wrong: wrong.slice(0, 10) }
}
