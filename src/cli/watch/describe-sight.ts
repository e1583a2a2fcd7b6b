import type { Campaign } from '#client'
import { endedOf, type Rates } from './pace.ts'
import type { Sight } from './watch-campaigns.ts'

const BAR_COLUMNS = 15

type Watched = Campaign & Rates

export interface Screen {
  readonly columns: number
  readonly rows: number
}

/**
 * A table of what is to be seen now, a line an element, none longer than the screen is wide and no more than it is high:
 * of so many campaigns that they need several, the screenful of this number, which begins anew after the last one.
 */
export function describeTable(sight: Sight, screen: Screen, screenful: number): string[] {
  const { campaigns, silence } = sight
  const told = silence === undefined ? [] : [silence]
  const shown = shownOf(campaigns, screen.rows - 1 - told.length, screenful)
  const others = campaigns.length - shown.length
  const lines = [
    heading(),
    ...shown.flatMap(rows),
    ...(campaigns.length === 0 ? ['No campaign is going on.'] : []),
    ...(others === 0 ? [] : [`${others} more are not over; the space bar shows the next ones.`]),
    ...told,
  ]
  return lines.map((line) => cut(line, screen.columns - 1))
}

const ROWS_OF_ONE = 3

/** `room`: lines, one of which tells of the others where there are some. */
function shownOf(
  campaigns: readonly Watched[],
  room: number,
  screenful: number,
): readonly Watched[] {
  if (campaigns.length * ROWS_OF_ONE <= room) return campaigns
  const most = Math.max(1, Math.floor((room - 1) / ROWS_OF_ONE))
  const at = (screenful % Math.ceil(campaigns.length / most)) * most
  return campaigns.slice(at, at + most)
}

/** The same of one campaign in a line, for a log. */
export function describeSeen(campaign: Watched, atMs: number): string {
  const { campaign_id: id, campaign_name: name, state, progress } = campaign
  const { accepted, in_progress: inProgress } = progress
  const ended = `${endedOf(progress)} of ${accepted} ended (${percentOf(campaign)})`
  const now = new Date(atMs).toISOString()
  const stands = `${state}, ${ended}, ${inProgress} in progress${paceTold(campaign)}`
  return `${now}  ${id} ${name}: ${stands}; ${outcomesOf(campaign)}`
}

/** And for programs. */
export function sightView(campaign: Watched, atMs: number): object {
  const { endedPerMinute, answeredPerMinute, finishesAtMs, ...told } = campaign
  return {
    at: new Date(atMs).toISOString(),
    campaign_id: told.campaign_id,
    campaign_name: told.campaign_name,
    state: told.state,
    draining: told.draining,
    progress: told.progress,
    ended_per_minute: endedPerMinute,
    answered_per_minute: answeredPerMinute,
    finishes_at: finishesAtMs === undefined ? undefined : new Date(finishesAtMs).toISOString(),
  }
}

function heading(): string {
  return line('id', 'campaign', 'state', 'progress'.padEnd(BAR_COLUMNS + 5), 'ended')
}

function rows(campaign: Watched): string[] {
  const { campaign_id: id, campaign_name: name, state, progress } = campaign
  const bar = `${barOf(campaign)} ${percentOf(campaign).padStart(4)}`
  const stands = `${progress.in_progress} in progress${paceTold(campaign)}`
  return [
    line(String(id), name, state, bar, `${endedOf(progress)}/${progress.accepted}`),
    `      ${stands}`,
    `      ${outcomesOf(campaign)}`,
  ]
}

function line(id: string, name: string, state: string, bar: string, ended: string): string {
  const columns = [id.padStart(5), cut(name, 20).padEnd(20), state.padEnd(9), bar]
  return [...columns, ended.padStart(13)].join(' ')
}

function barOf({ progress }: Campaign): string {
  const full = Math.floor(shareOf(progress) * BAR_COLUMNS)
  return '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full)
}

function percentOf({ progress }: Campaign): string {
  return `${Math.floor(shareOf(progress) * 100)}%`
}

function shareOf(progress: Campaign['progress']): number {
  return progress.accepted === 0 ? 0 : endedOf(progress) / progress.accepted
}

function outcomesOf({ progress }: Campaign): string {
  const told = Object.entries(progress.ended).map(([outcome, calls]) => `${outcome} ${calls}`)
  return told.length === 0 ? 'none ended' : told.join(', ')
}

function paceTold({ endedPerMinute, answeredPerMinute, finishesAtMs }: Rates): string {
  if (endedPerMinute === undefined) return ''
  const answered = `${answeredPerMinute?.toFixed(1)} answered`
  const rate = `, ${endedPerMinute.toFixed(1)} ended a minute (${answered})`
  if (finishesAtMs === undefined) return rate
  return `${rate}, finish ${onTheWall(new Date(finishesAtMs))}`
}

/** By the clock on the wall of whoever reads it. */
function onTheWall(moment: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
  return `${day} ${moment.toTimeString().slice(0, 5)}`
}

function cut(text: string, columns: number): string {
  const characters = [...text]
  return characters.length <= columns ? text : `${characters.slice(0, columns - 1).join('')}…`
}
