import type { Context } from 'hono'
import type { Client } from '#client'
import type { Page } from '../../layout.ts'
import { goTo } from '../../site.ts'
import type { Visit } from '../../visit.ts'

/** For pages of the installation: whoever has not joined its rights is led to where that is done. */
export function withInstallation(
  handle: (
    visit: Visit,
    client: Client,
    context: Context,
  ) => Promise<Page | Response> | Page | Response,
) {
  return (visit: Visit, context: Context): Promise<Page | Response> | Page | Response => {
    const client = visit.installation
    return client === undefined
      ? goTo(context, '/settings/installation')
      : handle(visit, client, context)
  }
}
