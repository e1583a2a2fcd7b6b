import type { DocumentFault } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import { badge } from '../../parts/badge.ts'
import { shownText, visible } from '../../shown-text.ts'

export type Mark = Pick<DocumentFault, 'severity' | 'line' | 'column' | 'message'>

/** Of a longer document those lines are shown that something is said of, and some around them. */
const MOST_LINES = 300
const LINES_AROUND = 4
/** Of a longer line, what is around the fault. */
const MOST_COLUMNS = 400
const COLUMNS_BEFORE = 80

/** Each with a link to its line in the source, where that is shown. */
export function faultList(faults: readonly DocumentFault[], hasSource: boolean): Html {
  return html`<ol class="faults">${faults.map(({ severity, line, column, message }) => {
    const place = `line ${line}, column ${column}`
    return html`<li>${badge(severity === 'error' ? 'bad' : 'still', severity)}
      ${hasSource ? html`<a href="#line-${line}">${place}</a>` : NOTHING} ${shownText(message)}</li>`
  })}</ol>`
}

/** A document by its lines, with what is said of a line under it, and the place marked. */
export function markedSource(source: string, marks: readonly Mark[]): Html {
  const lines = source.split(/\r\n|[\n\r]/)
  const byLine = Map.groupBy(marks, ({ line }) => line)
  const isShown = (line: number): boolean =>
    lines.length <= MOST_LINES || marks.some((mark) => Math.abs(mark.line - line) <= LINES_AROUND)
  return html`<div class="source" role="region" aria-label="Source" tabindex="0"><ol>${lines.map(
    (text, index) => {
      const line = index + 1
      if (!isShown(line)) return isShown(line - 1) ? html`<li class="gap">…</li>` : NOTHING
      return lineOf(line, text, byLine.get(line) ?? [])
    },
  )}</ol></div>`
}

function lineOf(line: number, text: string, marks: readonly Mark[]): Html {
  const [first] = marks
  const number = html`<span class="line-number">${line}</span>`
  if (first === undefined) return html`<li>${number}<code>${visible(clipped(text, 0))}</code></li>`
  const from = Math.min(Math.max(first.column - 1, 0), text.length)
  const { length } = wordAt(text, from)
  return html`<li id="line-${line}" class="marked ${first.severity === 'warning' ? 'mild' : ''}">${number}<code>${visible(clippedBefore(text.slice(0, from)))}<mark>${visible(clipped(text.slice(from, from + length), 0))}</mark>${visible(clipped(text.slice(from + length), 0))}</code>
    ${marks.map(({ message, column }) => html`<p class="fault"><span class="aside">column ${column}</span> ${shownText(message)}</p>`)}</li>`
}

/** What is marked: a tag's name with its bracket, another word, or one character. */
function wordAt(text: string, from: number): string {
  return /^(<?\/?[\w:.-]+|[\s\S])/u.exec(text.slice(from))?.[0] ?? ''
}

function clipped(text: string, from: number): string {
  return text.length <= from + MOST_COLUMNS ? text : `${text.slice(from, from + MOST_COLUMNS)}…`
}

function clippedBefore(text: string): string {
  return text.length <= MOST_COLUMNS ? text : `…${text.slice(-COLUMNS_BEFORE)}`
}
