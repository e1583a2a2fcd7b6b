import type { Operations } from '#client'
import { numberOrText } from '../../form-problem.ts'
import { SETTING_NAMES } from '../../parts/campaign-settings.ts'
import type { Form } from '../../read-form.ts'
import type { Draft } from './drafts.ts'

/** Of what can be queued only as it is; a preview asks for none of it. */
const NOT_PREVIEWED: readonly string[] = ['campaign_name', 'campaign_parameters', 'on_error']
const NUMBERS: readonly string[] = [
  ...['lines', 'calls_per_second', 'weight', 'max_retries', 'retry_interval'],
]

export type Launch = Operations['createCampaign']['request']
type Previewed = Operations['previewCampaign']['request']
type Checked = Operations['checkList']['request']

/** What was typed, besides what other steps ask for. */
export function readSettingsForm(form: Form, draft: Draft): Draft['values'] {
  const typed = SETTING_NAMES.map((name) => [name, form.text(name).trim()] as const)
  return { ...draft.values, ...Object.fromEntries(typed) }
}

/** What of a draft the interface is asked to queue; the list and the key come besides. */
export function launchOf(draft: Draft): Omit<Launch, 'body'> {
  return { ...settingsOf(draft.values), ...layoutOf(draft) } as unknown as Omit<Launch, 'body'>
}

export function previewOf(draft: Draft): Omit<Previewed, 'body'> {
  const values = Object.entries(draft.values).filter(([name]) => !NOT_PREVIEWED.includes(name))
  return { ...settingsOf(Object.fromEntries(values)), ...layoutOf(draft) } as unknown as Omit<
    Previewed,
    'body'
  >
}

/** What the rows of the list are checked against. */
export function checkOf(draft: Draft): Omit<Checked, 'body'> {
  const { duplicates, scheduled_time, expiration_time } = draft.values
  return { ...settingsOf({ duplicates, scheduled_time, expiration_time }), ...layoutOf(draft) }
}

function layoutOf({ layout }: Draft) {
  const { columns, hasHeader: has_header, separator } = layout
  return { columns, has_header, separator }
}

/** What is empty is not asked for. */
export function settingsOf(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const [name, text = ''] of Object.entries(values)) {
    if (text === '') continue
    if (NUMBERS.includes(name)) settings[name] = numberOrText(text)
    else settings[name] = name === 'holidays' ? readHolidayLines(text) : text
  }
  return settings
}

/** `US: 2026-11-26, 07-04`, a line a place; without a place everybody's. JSON is left as it is. */
function readHolidayLines(text: string): string | Record<string, string[]> {
  if (text.startsWith('{')) return text
  const holidays: Record<string, string[]> = {}
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [dates = '', place = '*'] = line.split(':').reverse()
    const days = dates.split(/[,\s]+/).filter((day) => day !== '')
    holidays[place.trim()] = [...(holidays[place.trim()] ?? []), ...days]
  }
  return holidays
}
