import { type Html, html, NOTHING } from '../html.ts'

export interface Field {
  readonly name: string
  readonly label: string
  readonly value?: string
  readonly type?:
    | 'text'
    | 'password'
    | 'number'
    | 'url'
    | 'tel'
    | 'datetime-local'
    | 'date'
    | 'search'
  readonly hint?: string
  /** What is wrong with the value, and how to mend it. */
  readonly error?: string | undefined
  readonly required?: boolean
  readonly maxLength?: number
  readonly min?: number
  readonly max?: number
  readonly step?: number | 'any'
  readonly placeholder?: string
  readonly autocomplete?: string
  readonly inputMode?: 'numeric' | 'decimal' | 'tel' | 'url'
}

/** A labelled input; its hint and its error are read out with it. */
export function field(one: Field): Html {
  const { name, value = '', type = 'text' } = one
  return labelled(
    one,
    html`<input id="${idOf(name)}" name="${name}" type="${type}" value="${value}"${common(one)}${attribute('min', one.min)}${attribute('max', one.max)}${attribute('step', one.step)}${attribute('inputmode', one.inputMode)}>`,
  )
}

export interface TextArea extends Omit<Field, 'type' | 'min' | 'max' | 'step' | 'inputMode'> {
  readonly rows?: number
  readonly isCode?: boolean
}

export function textArea(one: TextArea): Html {
  const { name, value = '', rows = 4, isCode = false } = one
  // A first line break would be taken for the markup's own.
  return labelled(
    one,
    html`<textarea id="${idOf(name)}" name="${name}" rows="${rows}"${isCode ? html` class="code" spellcheck="false"` : NOTHING}${common(one)}>\n${value}</textarea>`,
  )
}

export interface Choice
  extends Pick<Field, 'name' | 'label' | 'value' | 'hint' | 'error' | 'required'> {
  /** By value: what is read. */
  readonly options: readonly (readonly [value: string, text: string])[]
}

export function choice(one: Choice): Html {
  const { name, value = '', options } = one
  return labelled(
    one,
    html`<select id="${idOf(name)}" name="${name}"${common(one)}>
      ${options.map(([key, text]) => html`<option value="${key}"${key === value ? html` selected` : NOTHING}>${text}</option>`)}
    </select>`,
  )
}

export interface Tick extends Pick<Field, 'name' | 'label' | 'hint' | 'error'> {
  readonly isTicked?: boolean
  /** What is sent; default `on`. */
  readonly value?: string
}

export function tick(one: Tick): Html {
  const { name, label, isTicked = false, value = 'on', hint, error } = one
  const id = `${idOf(name)}-${value.replaceAll(/[^\w-]/g, '_')}`
  return html`<div class="field tick${error === undefined ? '' : ' wrong'}">
    <input type="checkbox" id="${id}" name="${name}" value="${value}"${isTicked ? html` checked` : NOTHING}${described(name, hint, error)}>
    <label for="${id}">${label}</label>
    ${notes(name, hint, error)}
  </div>`
}

export interface Problem {
  readonly message: string
  /** The field at fault, where it is one. */
  readonly field?: string | undefined
}

/** What is wrong with a form that was sent, on top of it and with a link to the field. */
export function problemSummary(problem: Problem | undefined): Html {
  if (problem === undefined) return NOTHING
  const { message, field: name } = problem
  return html`<div class="problem" role="alert" id="problem">
    <p>${name === undefined ? message : html`<a href="#${idOf(name)}">${message}</a>`}</p>
  </div>`
}

/** The error that belongs to a field. */
export function errorOf(problem: Problem | undefined, name: string): string | undefined {
  return problem?.field === name ? problem.message : undefined
}

/** Where a field is found on its page. */
export function idOf(name: string): string {
  return `field-${name.replaceAll(/[^\w-]/g, '_')}`
}

function labelled(
  one: Pick<Field, 'name' | 'label' | 'hint' | 'error' | 'required'>,
  input: Html,
): Html {
  const { name, label, hint, error, required } = one
  return html`<div class="field${error === undefined ? '' : ' wrong'}">
    <label for="${idOf(name)}">${label}${required ? html` <span class="required" aria-hidden="true">*</span>` : NOTHING}</label>
    ${input}
    ${notes(name, hint, error)}
  </div>`
}

function notes(name: string, hint: string | undefined, error: string | undefined): Html {
  return html`${hint === undefined ? NOTHING : html`<p class="hint" id="${idOf(name)}-hint">${hint}</p>`}${error === undefined ? NOTHING : html`<p class="error" id="${idOf(name)}-error">${error}</p>`}`
}

function common(one: Partial<Field> & { readonly name: string }): Html {
  const { name, required, hint, error } = one
  return html`${attribute('maxlength', one.maxLength)}${attribute('placeholder', one.placeholder)}${attribute('autocomplete', one.autocomplete)}${required ? html` required` : NOTHING}${described(name, hint, error)}`
}

function described(name: string, hint: string | undefined, error: string | undefined): Html {
  const ids = [
    ...(hint === undefined ? [] : [`${idOf(name)}-hint`]),
    ...(error === undefined ? [] : [`${idOf(name)}-error`]),
  ]
  return html`${ids.length === 0 ? NOTHING : html` aria-describedby="${ids.join(' ')}"`}${error === undefined ? NOTHING : html` aria-invalid="true"`}`
}

function attribute(name: string, value: string | number | undefined): Html {
  return value === undefined ? NOTHING : html` ${name}="${value}"`
}
