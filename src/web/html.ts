import { html } from 'hono/html'

/** Text that is HTML already; everything else that stands in a template is escaped. */
export type Html = ReturnType<typeof html>

export { html }

/** What stands for nothing. */
export const NOTHING: Html = html``
