import type { FormProblem } from '../../form-problem.ts'
import { type Html, html } from '../../html.ts'
import type { Problem } from '../../parts/field.ts'
import { facts } from '../../parts/table.ts'
import type { Form } from '../../read-form.ts'
import type { Setting, Texts } from './setting.ts'

export interface SettingGroup {
  readonly title: string
  readonly settings: readonly Setting[]
}

export type Groups = readonly SettingGroup[]

type Values = Readonly<Record<string, unknown>>

/** What the inputs hold for what is set; `{}`: nothing is. */
export function textsOf(groups: Groups, values: object): Texts {
  const known = values as Values
  return Object.assign({}, ...settingsOf(groups).map((one) => one.write(known[one.name])))
}

/** What was typed. */
export function textsIn(groups: Groups, form: Form): Texts {
  const names = Object.keys(textsOf(groups, {}))
  return Object.fromEntries(names.map((name) => [name, form.text(name)]))
}

/**
 * What somebody changed, in the words of the interface. What the form showed and nobody touched is not sent: what
 * somebody else has set meanwhile stays.
 */
export function changesIn(groups: Groups, form: Form): Record<string, unknown> {
  const texts = textsIn(groups, form)
  const was = textsBefore(form)
  const isChanged = (setting: Setting): boolean =>
    Object.keys(setting.write(undefined)).some((name) => texts[name] !== (was[name] ?? ''))
  return Object.fromEntries(
    settingsOf(groups)
      .filter(isChanged)
      .map((setting) => [setting.name, setting.read(texts)]),
  )
}

/** What the form showed when it was opened. */
export function textsBefore(form: Form): Texts {
  try {
    const was: unknown = JSON.parse(form.text('was'))
    return typeof was === 'object' && was !== null ? (was as Texts) : {}
  } catch {
    return {}
  }
}

/** `was`: what is set, where `texts` is what was typed. */
export function settingFields(
  groups: Groups,
  { texts, was = texts, problem }: { texts: Texts; was?: Texts; problem?: Problem | undefined },
): Html {
  return html`<input type="hidden" name="was" value="${JSON.stringify(was)}">
    <div class="panels">${groups.map(
      ({ title, settings }) =>
        html`<section class="panel"><h2>${title}</h2>${settings.map((one) => one.control(texts, problem))}</section>`,
    )}</div>`
}

/** The same to be read. */
export function settingFacts(groups: Groups, values: object): Html {
  const known = values as Values
  return html`<div class="panels">${groups.map(
    ({ title, settings }) =>
      html`<section class="panel"><h2>${title}</h2>${facts(
        settings.map((one) => [one.label, one.shown(known[one.name])]),
      )}</section>`,
  )}</div>`
}

/** What somebody typed that was refused. */
export interface Typed {
  readonly texts: Texts
  /** What the form showed when it was opened. */
  readonly was: Texts
  readonly problem: FormProblem
}

/** A form of its own for those who may change what is set; for others the same to be read. */
export function settingsForm(
  groups: Groups,
  {
    action,
    values,
    typed,
    mayChange,
  }: {
    readonly action: string
    readonly values: object
    readonly typed?: Typed | undefined
    readonly mayChange: boolean
  },
): Html {
  if (!mayChange) return settingFacts(groups, values)
  const was = typed?.was ?? textsOf(groups, values)
  return html`<form method="post" action="${action}">
    ${settingFields(groups, { texts: typed?.texts ?? was, was, problem: typed?.problem })}
    <button class="main">Save</button>
  </form>`
}

/** By the interface's name of a field: what people see it called. */
export function labelsOf(groups: Groups): Record<string, string> {
  return Object.fromEntries(settingsOf(groups).map(({ name, label }) => [name, label]))
}

function settingsOf(groups: Groups): readonly Setting[] {
  return groups.flatMap(({ settings }) => settings)
}
