import { type Html, html, NOTHING } from './html.ts'

/**
 * What a page says once after something was done: the form's answer leads to it with `?done=NAME`. A fixed
 * table, so that no link from elsewhere can make a page say anything else.
 */
const NOTICES: Readonly<Record<string, string>> = {
  'signed-out': 'You have signed out.',
  'call-queued': 'The call is queued.',
  'all-held': 'All calls of this account are suspended.',
  'all-resumed': 'Calls go on.',
  'campaign-paused': 'The campaign is paused: nothing more of it is dialled.',
  'campaign-resumed': 'The campaign goes on.',
  'campaign-drains': 'The campaign drains.',
  'campaign-canceled': 'The campaign is canceled.',
  'campaign-pending-canceled': 'What waited is being canceled.',
  'pace-set': 'The new pace counts from now on.',
  'campaign-launched': 'The campaign is launched: its calls are queued.',
  'call-canceled': 'The call is canceled.',
  'result-replayed': 'The result is posted again.',
  'trial-ended': 'The dialogue is ended.',
  'session-over': 'Your session was over. Sign in again to go on.',
}

/** Empty where the address names none. */
export function noticeOf(url: URL): Html {
  const text = NOTICES[url.searchParams.get('done') ?? '']
  return text === undefined ? NOTHING : html`<p class="notice" role="status">${text}</p>`
}

export function isNotice(name: string): boolean {
  return Object.hasOwn(NOTICES, name)
}
