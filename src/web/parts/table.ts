import { type Html, html, NOTHING } from '../html.ts'

export interface Column<Row> {
  readonly name: string
  readonly cell: (row: Row) => Html | string | number
  /** Numbers stand right. */
  readonly isNumber?: boolean
  /** Heads its row. */
  readonly isHeading?: boolean
}

export interface Table<Row> {
  readonly caption: string
  /** The caption is read out, and not shown: the heading above says the same. */
  readonly hidesCaption?: boolean
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** What is said where there are none. */
  readonly empty: string | Html
}

/** A table that scrolls by itself where the screen is narrow. */
export function table<Row>({ caption, hidesCaption, columns, rows, empty }: Table<Row>): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  return html`<div class="table-frame" role="region" aria-label="${caption}" tabindex="0"><table>
    <caption class="${hidesCaption === true ? 'unseen' : ''}">${caption}</caption>
    <thead><tr>${columns.map(({ name, isNumber }) => html`<th scope="col"${side(isNumber)}>${name}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (row) =>
        html`<tr>${columns.map(({ cell, isNumber, isHeading }) =>
          isHeading === true
            ? html`<th scope="row"${side(isNumber)}>${cell(row)}</th>`
            : html`<td${side(isNumber)}>${cell(row)}</td>`,
        )}</tr>`,
    )}</tbody>
  </table></div>`
}

function side(isNumber: boolean | undefined): Html {
  return isNumber === true ? html` class="figure"` : NOTHING
}

/** Names and values, one under the other. */
export function facts(
  rows: readonly (readonly [name: string, value: Html | string | number | undefined])[],
): Html {
  return html`<dl class="facts">${rows.map(([name, value]) =>
    value === undefined ? NOTHING : html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`
}

/** On to the next page of a list, and back to its first. */
export function pager(url: URL, nextCursor: string | undefined): Html {
  const first = withQuery(url, { cursor: undefined })
  const isFirst = !url.searchParams.has('cursor')
  if (isFirst && nextCursor === undefined) return NOTHING
  return html`<nav class="pager" aria-label="Pages of the list">
    ${isFirst ? NOTHING : html`<a href="${first}">First page</a>`}
    ${nextCursor === undefined ? NOTHING : html`<a rel="next" href="${withQuery(url, { cursor: nextCursor })}">Next page</a>`}
  </nav>`
}

/** The same page with other parameters; undefined takes one away. */
export function withQuery(
  { pathname, searchParams }: URL,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const query = new URLSearchParams(searchParams)
  query.delete('done')
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) query.delete(name)
    else query.set(name, value)
  }
  return query.size === 0 ? pathname : `${pathname}?${query}`
}
