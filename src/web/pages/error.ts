import { html } from '../html.ts'
import type { Page } from '../layout.ts'
import { shownText } from '../shown-text.ts'

const TITLES: Readonly<Record<number, string>> = {
  400: 'This cannot be read',
  403: 'This is not allowed',
  404: 'There is no such thing',
  409: 'This is not possible now',
  413: 'This is too large',
  422: 'Something is not right',
  429: 'Too many requests',
  503: 'Not just now',
}

/** A page that says what is wrong, and how to mend it. */
export function errorPage(status: NonNullable<Page['status']>, sentence: string): Page {
  const title = TITLES[status] ?? 'Something went wrong'
  return {
    title,
    status,
    body: html`<section class="panel error-page"><h1>${title}</h1><p>${shownText(sentence)}</p><p><a href="/">Go to the overview</a></p></section>`,
  }
}
