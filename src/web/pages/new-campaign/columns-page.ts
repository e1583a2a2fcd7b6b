import type { ListCheck } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { choice, errorOf, idOf, type Problem, problemSummary, tick } from '../../parts/field.ts'
import { table } from '../../parts/table.ts'
import { shownText, visible } from '../../shown-text.ts'
import { countText } from '../../shown-time.ts'
import {
  columnName,
  nameField,
  sampleRows,
  shortCell,
  USES,
  useField,
  useOf,
} from './columns-form.ts'
import type { Draft } from './drafts.ts'
import type { ListHead } from './layout-guess.ts'
import { draftPath, stepList } from './steps.ts'

const LONGEST_NAME = 64

export interface ColumnsShown {
  readonly draft: Draft
  readonly head: ListHead
  /** Absent where the form itself has a problem. */
  readonly found?: ListCheck
  readonly problem?: Problem
  /** What was sent, by field, where it is no layout yet. */
  readonly typed?: (field: string) => string
}

/** The second step: what the columns are, and which rows become calls. */
export function columnsPage(shown: ColumnsShown): Page {
  const { draft, head, found, problem } = shown
  return {
    title: 'New campaign: its columns',
    ...(problem === undefined ? {} : { status: 422 as const }),
    body: html`<h1>New campaign</h1>${stepList(draft, 1)}
      ${problemSummary(problem)}
      ${found === undefined ? NOTHING : checkPanel(draft, found)}
      <form method="post" action="${draftPath(draft.id)}/columns">
        <section class="panel">
          <h2>What the columns of ${draft.fileName === '' ? 'the numbers' : shownText(draft.fileName)} are</h2>
          ${columnTable(shown)}
        </section>
        <section class="panel"><h2>How the list is read</h2>${readingFields(draft)}</section>
        <div class="actions">
          <button class="main" name="go" value="settings">Go on</button>
          <button name="go" value="check">Check the list again</button>
        </div>
      </form>
      <section class="panel after sample"><h2>The first rows</h2>${rowTable(draft, head)}</section>`,
  }
}

function checkPanel(draft: Draft, found: ListCheck): Html {
  const { accepted, refused, duplicates, refused_rows: rows } = found
  const drops = draft.values['duplicates'] === 'drop'
  const told = refused + (drops ? duplicates : 0)
  return html`<section class="panel" aria-label="Check of the list">
    <dl class="tiles">
      <div class="tile"><dt>Calls</dt><dd>${countText(accepted)}</dd></div>
      <div class="tile"><dt>Rows refused</dt><dd>${countText(refused)}</dd></div>
      <div class="tile"><dt>Numbers that occurred before</dt><dd>${countText(duplicates)} <span class="aside">${drops ? 'left out' : 'called again'}</span></dd></div>
    </dl>
    ${accepted === 0 ? html`<p class="warning">No row of the list can be called. See the reasons below, and whether the right column is the phone number.</p>` : NOTHING}
    ${
      rows.length === 0
        ? html`<p class="empty">Every row becomes a call.</p>`
        : html`<h2>Rows that become no calls</h2>
        <p>${told > rows.length ? html`The first ${rows.length} of ${countText(told)}. ` : NOTHING}<a href="${draftPath(draft.id)}/refused-rows.csv" download>All of them as CSV</a></p>
        <div class="low">${refusedTable(rows)}</div>`
    }
  </section>`
}

function refusedTable(rows: ListCheck['refused_rows']): Html {
  return table({
    caption: 'Rows that become no calls',
    hidesCaption: true,
    rows,
    empty: '',
    columns: [
      { name: 'Line', isNumber: true, isHeading: true, cell: ({ line }) => countText(line) },
      { name: 'Value', cell: ({ value }) => shownText(value) },
      { name: 'Why', cell: ({ reason }) => shownText(reason) },
    ],
  })
}

function columnTable(shown: ColumnsShown): Html {
  const { draft, head } = shown
  const rows = Array.from({ length: head.width }, (_, index) => index)
  const samples = sampleRows(draft, head)
  return table<number>({
    caption: 'Columns of the list',
    hidesCaption: true,
    rows,
    empty: 'The list has no columns.',
    columns: [
      {
        name: 'Column, and what it holds',
        isHeading: true,
        cell: (index) => {
          const cell = samples.map((row) => row[index] ?? '').find((one) => one.trim() !== '') ?? ''
          return html`${shownText(shortCell(columnName(draft, head, index)))}<br><span class="aside">${shownText(shortCell(cell))}</span>`
        },
      },
      {
        name: 'Is',
        cell: (index) =>
          html`<div class="use">${useChoice(shown, index)} ${nameInput(shown, index)}</div>`,
      },
    ],
  })
}

function useChoice({ draft, head, typed }: ColumnsShown, index: number): Html {
  const told = typed?.(useField(index)) ?? useOf(draft.layout.columns[index] ?? '')
  const name = visible(shortCell(columnName(draft, head, index)))
  return html`<select name="${useField(index)}" aria-label="What “${name}” is">${USES.map(
    ([value, text]) =>
      html`<option value="${value}"${value === told ? html` selected` : NOTHING}>${text}</option>`,
  )}</select>`
}

function nameInput({ draft, head, problem, typed }: ColumnsShown, index: number): Html {
  const told = draft.layout.columns[index] ?? ''
  const column = columnName(draft, head, index)
  const kept =
    useOf(told) === 'variable' ? told : [...visible(column)].slice(0, LONGEST_NAME).join('')
  const field = nameField(index)
  const value = typed?.(field) ?? kept
  const error = errorOf(problem, field)
  return html`<div class="variable${error === undefined ? '' : ' wrong'}"><input id="${idOf(field)}" name="${field}" value="${value}" maxlength="${LONGEST_NAME}" aria-label="Name of the variable of “${visible(shortCell(column))}”"${error === undefined ? NOTHING : html` aria-invalid="true" aria-describedby="${idOf(field)}-error"`}>${error === undefined ? NOTHING : html`<p class="error" id="${idOf(field)}-error">${error}</p>`}</div>`
}

function readingFields({ layout, values }: Draft): Html {
  return html`
    ${tick({ name: 'has_header', label: 'The first row holds the names of the columns, and no call', isTicked: layout.hasHeader })}
    ${choice({
      ...{ name: 'separator', label: 'Between two cells stands', value: layout.separator },
      options: [
        ['comma', 'a comma'],
        ['semicolon', 'a semicolon'],
        ['tab', 'a tab'],
        ['bar', 'a vertical bar'],
      ],
    })}
    ${choice({
      ...{
        name: 'duplicates',
        label: 'A number that occurred before',
        value: values['duplicates'] ?? '',
      },
      options: [
        ['drop', 'is left out'],
        ['keep', 'is called again'],
      ],
    })}
    ${choice({
      ...{ name: 'on_error', label: 'A row that is refused', value: values['on_error'] ?? '' },
      options: [
        ['skip', 'is left out'],
        ['abort', 'stops the launch'],
      ],
    })}`
}

function rowTable(draft: Draft, head: ListHead): Html {
  const indexes = Array.from({ length: head.width }, (_, index) => index)
  return table<readonly string[]>({
    caption: 'The first rows of the list',
    hidesCaption: true,
    rows: sampleRows(draft, head),
    empty: 'There is no row besides the header.',
    columns: indexes.map((index) => ({
      name: visible(shortCell(columnName(draft, head, index))),
      cell: (row) => shownText(shortCell(row[index] ?? '')),
    })),
  })
}
