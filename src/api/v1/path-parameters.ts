import { z } from 'zod'
import { OutdialError } from '#base'
import {
  accountNotFound,
  callNotFound,
  campaignNotFound,
  keyNotFound,
  listNotFound,
  profileNotFound,
  resultNotFound,
  sessionNotFound,
  trunkNotFound,
  userNotFound,
} from '#calls'
import { trialNotFound } from './dialogue-tools.ts'

const GREATEST_ID = 2 ** 31 - 1
const ID = z.int().min(1).max(GREATEST_ID)

interface Named {
  readonly schema: z.ZodType
  readonly says: string
  /** What is no id names nothing. */
  readonly notFound: (id: number) => OutdialError
}

/** Every name that stands in braces in a path. */
export const PATH_PARAMETERS = {
  call_id: { schema: ID, says: 'The id of a call.', notFound: callNotFound },
  campaign_id: { schema: ID, says: 'The id of a campaign.', notFound: campaignNotFound },
  list_id: { schema: ID, says: 'The id of an upload.', notFound: listNotFound },
  key_id: { schema: ID, says: 'The id of a key.', notFound: keyNotFound },
  user_id: { schema: ID, says: 'The id of a user.', notFound: userNotFound },
  session_id: { schema: ID, says: 'The id of a session.', notFound: sessionNotFound },
  attempt: {
    schema: z.int().min(1).max(100),
    says: 'The number of an attempt, from 1.',
    notFound: (attempt) =>
      new OutdialError('recording-not-found', `There is no recording of an attempt ${attempt}.`),
  },
  result_id: {
    schema: z.string().min(1).max(64),
    says: 'The id of a result or an event, as its receiver sees it.',
    notFound: resultNotFound,
  },
  trial_id: {
    schema: z.string().min(1).max(64),
    says: 'The id of a trial.',
    notFound: trialNotFound,
  },
  login: {
    schema: z.string().min(1).max(128),
    says: 'The login of an account.',
    notFound: accountNotFound,
  },
  trunk: {
    schema: z.string().min(1).max(128),
    says: 'The name of a trunk.',
    notFound: trunkNotFound,
  },
  schedule: {
    schema: z.string().min(1).max(128),
    says: 'The name of a schedule.',
    notFound: () => profileNotFound('schedule'),
  },
  pacing_profile: {
    schema: z.string().min(1).max(128),
    says: 'The name of a pacing profile.',
    notFound: () => profileNotFound('pacing_profile'),
  },
} as const satisfies Readonly<Record<string, Named>>

export type PathParameter = keyof typeof PATH_PARAMETERS

/** Those of a path, in order. */
export function pathParameters(path: string): PathParameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as PathParameter)
}

export function readId(parameter: PathParameter, text: string): number {
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN
  if (id <= GREATEST_ID) return id
  throw PATH_PARAMETERS[parameter].notFound(id)
}
