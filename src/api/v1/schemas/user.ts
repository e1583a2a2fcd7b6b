import { z } from 'zod'
import { role } from './account.ts'
import { id, moment } from './parts.ts'

export const user = z
  .object({
    user_id: id,
    name: z.string(),
    role,
    created_at: moment,
    last_sign_in_at: moment.optional(),
  })
  .meta({ id: 'User', description: 'Somebody of the account, who signs in to the pages by name.' })

export const webSession = z
  .object({
    session_id: id,
    user_id: id.optional(),
    user: z.string().optional().meta({ description: 'Absent: the owner, by the PIN.' }),
    role,
    installation_role: role
      .optional()
      .meta({ description: 'By a key of the installation that was joined to it.' }),
    address: z.string().optional().meta({ description: 'Where the sign-in came from.' }),
    created_at: moment,
    last_seen_at: moment,
    expires_at: moment,
  })
  .meta({ id: 'WebSession', description: 'Somebody who is signed in to the pages.' })
