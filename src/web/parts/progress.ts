import { type Html, html } from '../html.ts'
import { countText } from '../shown-time.ts'

export interface ProgressFigures {
  readonly pending: number
  readonly completed: number
  readonly failed: number
}

const WIDTH = 100

/** Completed, failed and pending as parts of one bar, and in words for those who do not see it. */
export function progressBar({ pending, completed, failed }: ProgressFigures): Html {
  const all = pending + completed + failed
  const share = (count: number): number => (all === 0 ? 0 : (count / all) * WIDTH)
  const done = share(completed)
  const said = `${countText(completed)} completed, ${countText(failed)} failed, ${countText(pending)} pending`
  return html`<svg class="progress" viewBox="0 0 ${WIDTH} 4" preserveAspectRatio="none" role="img" aria-label="${said}">
    <rect class="rest" width="${WIDTH}" height="4"/>
    <rect class="good" width="${done.toFixed(2)}" height="4"/>
    <rect class="bad" x="${done.toFixed(2)}" width="${share(failed).toFixed(2)}" height="4"/>
  </svg>`
}
