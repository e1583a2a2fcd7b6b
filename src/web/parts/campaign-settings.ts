import type { Operations, PacingProfile, Schedule } from '#client'
import { type Html, html, NOTHING } from '../html.ts'
import { visible } from '../shown-text.ts'
import type { Visit } from '../visit.ts'
import { choice, errorOf, field, type Problem, textArea } from './field.ts'

/** By the interface's name of the field: how people see it called. */
export const LABELS = {
  campaign_name: 'Name',
  start_url: 'Document',
  start_method: 'Asked for by',
  campaign_parameters: 'Campaign parameters',
  result_url: 'Results to',
  events_url: 'Events to',
  scheduled_time: 'Call from',
  expiration_time: 'Give up at',
  schedule: 'Schedule',
  calling_window: 'Calling hours',
  holidays: 'Holidays',
  pacing_profile: 'Pacing profile',
  lines: 'Lines',
  calls_per_second: 'Calls per second',
  weight: 'Weight',
  max_retries: 'Further attempts',
  retry_interval: 'Seconds between attempts',
  retry_policy: 'Retry policy',
  caller_id: 'Caller ID',
} as const satisfies Partial<Record<keyof Operations['createCampaign']['request'], string>>

export type SettingName = keyof typeof LABELS

export const SETTING_NAMES = Object.keys(LABELS) as SettingName[]

export interface SettingsShown {
  /** What the form holds. */
  readonly values: Readonly<Partial<Record<string, string>>>
  readonly schedules: readonly Schedule[]
  readonly pacingProfiles: readonly PacingProfile[]
  readonly problem?: Problem
  /** Else it is one that is there already: what never changes is not asked for. */
  readonly isNew: boolean
}

const RARE: readonly string[] = [
  'retry_policy',
  'events_url',
  'campaign_parameters',
  'start_method',
]

/** All of them, in panels; what is rarely said is folded, unless it is what is wrong. */
export function campaignSettings(visit: Visit, shown: SettingsShown): Html {
  return html`<div class="panels">
      <section class="panel"><h2>What</h2>${whatFields(shown)}</section>
      <section class="panel"><h2>When</h2>${whenFields(visit, shown)}</section>
      <section class="panel"><h2>How fast</h2>${paceFields(shown)}
        <h2>If nobody answers</h2>${retryFields(shown)}</section>
    </div>
    <details class="panel"${isFolded(shown.problem) ? html` open` : NOTHING}>
      <summary>More: ${shown.isNew ? 'parameters, events, retry policy' : 'events, method, retry policy'}</summary>
      ${rareFields(shown)}
    </details>`
}

/** Whether a problem stands where it would be hidden, in what is folded. */
function isFolded(problem: Problem | undefined): boolean {
  return problem?.field !== undefined && RARE.includes(problem.field)
}

function whatFields(shown: SettingsShown): Html {
  return html`
    ${!shown.isNew ? NOTHING : field({ ...of(shown, 'campaign_name'), required: true, maxLength: 128, hint: 'No other campaign has it' })}
    ${field({ ...of(shown, 'start_url'), type: 'url', required: true, maxLength: 255, hint: 'The address of the VoiceXML. It is fetched once before anything is queued' })}
    ${field({ ...of(shown, 'result_url'), type: 'url', maxLength: 255, hint: 'Where the result of each call is posted; empty: nowhere' })}
    ${field({ ...of(shown, 'caller_id'), maxLength: 10, inputMode: 'numeric', hint: 'Ten digits; empty: that of the trunk' })}`
}

function whenFields(visit: Visit, shown: SettingsShown): Html {
  const { timeZone } = visit.session.account
  const names = shown.schedules.map(({ name }) => [name, visible(name)] as const)
  return html`
    ${!shown.isNew ? NOTHING : field({ ...of(shown, 'scheduled_time'), maxLength: 80, hint: `Empty: at once. Else such as “tomorrow 9:00”, “+3 days” or 2027-01-31T09:00:00Z; on the clock of ${timeZone}` })}
    ${field({ ...of(shown, 'expiration_time'), maxLength: 80, hint: 'What is not reached by then is not dialled any more. Empty: never' })}
    ${names.length === 0 ? NOTHING : choice({ ...of(shown, 'schedule'), options: [['', 'none, but the hours below'], ...names], hint: 'Hours and holidays that are kept in the settings' })}
    ${field({ ...of(shown, 'calling_window'), hint: 'On the callee’s clock, such as “mon-fri 09:00-17:00; sat 10:00-14:00”. Empty: at any hour that the account has' })}
    ${textArea({ ...of(shown, 'holidays'), rows: 2, hint: 'Days without calls, a line a place: “US: 2026-11-26, 07-04”; without a place for everybody: “12-25, 01-01”' })}`
}

function paceFields(shown: SettingsShown): Html {
  const names = shown.pacingProfiles.map(({ name }) => [name, visible(name)] as const)
  return html`
    ${names.length === 0 ? NOTHING : choice({ ...of(shown, 'pacing_profile'), options: [['', 'none, but the limits below'], ...names] })}
    ${field({ ...of(shown, 'lines'), type: 'number', min: 1, max: 1_000_000, step: 1, hint: 'Calls at the same time, at most. Empty: as many as the account has' })}
    ${field({ ...of(shown, 'calls_per_second'), type: 'number', min: 0, max: 100_000, step: 'any', hint: 'Starts in a second, at most. Empty: as many as the account may' })}
    ${field({ ...of(shown, 'weight'), type: 'number', min: 0, max: 1_000_000, step: 'any', hint: 'Its share where several campaigns want the same lines. Empty: 1' })}`
}

function retryFields(shown: SettingsShown): Html {
  return html`
    ${field({ ...of(shown, 'max_retries'), type: 'number', min: 0, max: 10, step: 1, hint: '0 to 10 beyond the first' })}
    ${field({ ...of(shown, 'retry_interval'), type: 'number', min: 60, max: 172_800, step: 1, hint: 'At the least: 60 to 172,800, two days' })}`
}

function rareFields(shown: SettingsShown): Html {
  return html`<div class="panels">
    <div>
      ${!shown.isNew ? NOTHING : field({ ...of(shown, 'campaign_parameters'), maxLength: 255, hint: 'Handed to the document with every call' })}
      ${choice({
        ...of(shown, 'start_method'),
        options: [
          ['', 'POST'],
          ['get', 'GET'],
        ],
      })}
      ${field({ ...of(shown, 'events_url'), type: 'url', maxLength: 255, hint: 'Where each state of each call is posted; empty: nowhere' })}
    </div>
    <div>${textArea({ ...of(shown, 'retry_policy'), rows: 6, isCode: true, hint: 'JSON, such as {"outcomes": {"busy": {"interval": 600}}}: what is tried again, outcome by outcome' })}</div>
  </div>`
}

function of({ values, problem }: SettingsShown, name: SettingName) {
  const value = values[name] ?? ''
  return { name, label: LABELS[name], value, error: errorOf(problem, name) }
}
