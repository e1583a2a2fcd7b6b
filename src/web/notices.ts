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
  'campaign-edited': 'The campaign is changed, from the next attempt of each call on.',
  'calls-added': 'The calls are added.',
  'pace-set': 'The new pace counts from now on.',
  'campaign-launched': 'The campaign is launched: its calls are queued.',
  'call-canceled': 'The call is canceled.',
  'result-replayed': 'The result is posted again.',
  'signed-out-everywhere': 'You have signed out everywhere.',
  'session-ended': 'The session has ended.',
  'user-added': 'The user may sign in now.',
  'user-changed': 'The user is changed, and signed out.',
  'user-removed': 'The user is removed.',
  'key-revoked': 'The key is revoked.',
  'numbers-forbidden': 'The numbers are on the list.',
  'numbers-permitted': 'The numbers are not on the list any more.',
  'profile-made': 'It is made; campaigns may name it.',
  'profile-changed': 'It is changed, with every campaign that names it.',
  'profile-removed': 'It is removed.',
  'results-replayed': 'All that was given up is posted again.',
  'url-enabled': 'Results go there again.',
  'secret-rotated': 'Results are signed with the new secret.',
  'installation-joined': 'This session has the rights of the installation now.',
  'installation-left': 'This session has the rights of the account alone.',
  'account-added': 'The account is added.',
  'account-changed': 'The account’s rules are changed, from the next call on.',
  'trunk-added': 'The trunk is added; servers use it from their next start on.',
  'trunk-changed': 'The trunk is changed; servers use it so from their next start on.',
  'trial-ended': 'The dialogue is ended.',
  'session-over': 'Your session was over. Sign in again to go on.',
}

/** Empty where the address names none. */
export function noticeOf(url: URL): Html {
  const text = NOTICES[url.searchParams.get('done') ?? '']
  return text === undefined ? NOTHING : html`<p class="notice" role="status">${text}</p>`
}
