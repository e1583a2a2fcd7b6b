import { z } from 'zod'
import { count, moment } from './parts.ts'

/** What a document may be, where one is looked at: a name of it or itself. */
const documentFields = {
  document_url: z
    .string('is not a text')
    .max(2048, 'is too long; send at most 2048 characters')
    .refine(isWebAddress, 'is no http or https address; send one')
    .optional()
    .meta({ description: 'Fetched as for a call: private networks only where they are allowed.' }),
  document: z
    .string('is not a text')
    .min(1, 'is empty; send the document, or document_url')
    .optional()
    .meta({
      description: 'The document itself. It has no address, so nothing in it may be relative.',
    }),
}

const ONE_DOCUMENT = 'is missing; send either document_url or document'

function isOneDocument(named: { document_url?: unknown; document?: unknown }): boolean {
  return (named.document_url === undefined) !== (named.document === undefined)
}

export const checkRequest = z
  .strictObject(documentFields)
  .refine(isOneDocument, { error: ONE_DOCUMENT, path: ['document_url'] })

const askedFields = {
  ...documentFields,
  fields: z.record(z.string(), z.string('is not a text')).optional().meta({
    description:
      'Told to the document as a call tells its own: `phone_number`, `call_parameters`, columns of a list.',
  }),
  trace: z
    .boolean('is neither true nor false; send one of them')
    .optional()
    .meta({ description: 'Adds the steps of the form interpretation algorithm.' }),
}

export const trialRequest = z
  .strictObject(askedFields)
  .refine(isOneDocument, { error: ONE_DOCUMENT, path: ['document_url'] })

const milliseconds = z
  .number('is not a number')
  .min(0, 'is not a number of milliseconds, 0 or more; send one')
  .max(86_400_000, 'is more than a day; send at most 86400000')
const keys = z
  .string('is not a text')
  .max(200, 'is too long; send at most 200 keys')
  .regex(/^[0-9*#A-D]+$/, 'is not a text of the keys 0-9 * # A-D; send one')
const words = z
  .string('is not a text')
  .min(1, 'is empty; send words, or the move silence')
  .max(2000, 'is too long; send at most 2000 characters')
const yes = z.literal(true, 'may only be true')

const kinds = {
  dtmf: keys.optional().meta({ description: 'Keys that are pressed.' }),
  say: words.optional().meta({ description: 'Words that are said; with `transfer`, during it.' }),
  silence: yes.optional(),
  nomatch: yes.optional().meta({ description: 'Something that no grammar knows.' }),
  hangup: yes.optional(),
  beep: yes.optional().meta({ description: 'The beep of an answering machine is over.' }),
  callee: z
    .enum(['voice', 'answeringmachine', 'fax', 'unknown'])
    .optional()
    .meta({ description: 'It becomes known who or what answered.' }),
  transfer: z
    .enum([
      ...(['busy', 'noanswer', 'network_busy', 'far_end_disconnect'] as const),
      ...(['near_end_disconnect', 'maxtime_disconnect', 'success', 'unknown'] as const),
    ])
    .optional()
    .meta({ description: 'How the transfer ends, after `duration_ms`.' }),
  record: yes.optional().meta({
    description: 'The caller speaks for `duration_ms`, then presses `termchar` or is silent.',
  }),
}

export const trialMove = z
  .strictObject({
    ...kinds,
    confidence: z
      .number('is not a number')
      .min(0, 'is not from 0 to 1')
      .max(1, 'is not from 0 to 1')
      .optional()
      .meta({ description: 'Of `say`; 1 where it is absent.' }),
    duration_ms: milliseconds.optional().meta({
      description: 'Of `transfer` (5000 where it is absent) and `record` (3000).',
    }),
    termchar: z
      .string('is not a text')
      .regex(/^[0-9*#A-D]$/, 'is none of the keys 0-9 * # A-D; send one')
      .optional()
      .meta({ description: 'Of `record`.' }),
  })
  .superRefine((move, context) => {
    const fault = faultOf(move)
    if (fault !== undefined) {
      context.addIssue({ code: 'custom', path: [fault.field], message: fault.sentence })
    }
  })
  .meta({
    id: 'TrialMove',
    description: 'What the caller, or the far end of a transfer, does: one thing.',
  })

type Fields = Readonly<Record<string, unknown>>

/** What belongs to what. */
const PARTICULARS: Readonly<Record<string, readonly string[]>> = {
  confidence: ['say'],
  duration_ms: ['transfer', 'record'],
  termchar: ['record'],
}

function faultOf(move: Fields): { field: string; sentence: string } | undefined {
  const named = Object.keys(kinds).filter((kind) => move[kind] !== undefined)
  const saidMeanwhile = move['transfer'] !== undefined && move['say'] !== undefined
  const [kind, second] = saidMeanwhile ? named.filter((one) => one !== 'say') : named
  const all = Object.keys(kinds).join(', ')
  if (kind === undefined) return { field: 'move', sentence: `has none of ${all}; send one` }
  if (second !== undefined) {
    return { field: second, sentence: `is a second move, besides ${kind}; send one at a time` }
  }
  for (const [field, owners] of Object.entries(PARTICULARS)) {
    if (move[field] === undefined || owners.includes(kind)) continue
    return { field, sentence: `is nothing of ${kind}; it goes with ${owners.join(', ')}` }
  }
  return undefined
}

function isWebAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '')
}

const place = { uri: z.string(), line: count, column: count }
const mode = z.enum(['dtmf', 'voice'])
const json = z.unknown().meta({
  description:
    'Any JSON; where that is longer than 2,000 characters, the beginning of it as a text.',
})
const fault = z.object({
  event: z.string(),
  message: z.string(),
  uri: z.string(),
  line: count.optional(),
  column: count.optional(),
})

export const trialEvent = z
  .discriminatedUnion('event', [
    z.object({
      event: z.literal('fetch'),
      uri: z.string(),
      status: count.meta({ description: '0: there was no answer; `message` says why.' }),
      message: z.string().optional(),
    }),
    z.object({
      event: z.literal('prompt'),
      text: z.string(),
      audio: z.array(z.string()),
      bargein: z.boolean(),
      marks: z.array(z.string()),
    }),
    z.object({
      event: z.literal('listen'),
      modes: z.array(z.string()),
      timeout_ms: z.number().optional(),
    }),
    z.object({
      event: z.literal('input'),
      mode,
      value: z.string(),
      interpretation: json,
      confidence: z.number(),
    }),
    z.object({ event: z.literal('noinput') }),
    z.object({ event: z.literal('nomatch'), mode, value: z.string() }),
    z.object({
      event: z.literal('record'),
      type: z.string(),
      beep: z.boolean(),
      max_time_ms: z.number(),
      final_silence_ms: z.number(),
    }),
    z.object({ event: z.literal('transfer'), dest: z.string(), type: z.string() }),
    z.object({ event: z.literal('log'), label: z.string(), text: z.string() }),
    z.object({
      event: z.literal('throw'),
      name: z.string(),
      message: z.string(),
      uri: z.string(),
      line: count.optional(),
      column: count.optional(),
    }),
    z.object({ event: z.enum(['step', 'warning']), text: z.string(), ...place }),
    z.object({
      event: z.literal('end'),
      reason: z.enum(['exit', 'disconnect', 'hangup', 'error', 'limit']),
      value: json.optional(),
      disconnect_value: json.optional(),
      virtual_ms: count.meta({ description: 'How long the call would have lasted.' }),
      steps: count,
      fault: fault.optional(),
    }),
  ])
  .meta({ id: 'TrialEvent', description: 'What happened in a dialogue that is tried.' })

export const trialVariable = z
  .object({
    scope: z.enum(['session', 'application', 'document', 'dialog', 'anonymous']),
    name: z.string(),
    type: z.string().meta({
      description: 'As `typeof` says, and `null`, `array`; `unreadable` where looking at it threw.',
    }),
    json: z.string().optional().meta({
      description:
        'Its value as JSON, cut off with an … after 1,000 characters; absent where JSON has none.',
    }),
  })
  .meta({ id: 'TrialVariable' })

const happened = {
  events: z.array(trialEvent).meta({
    description:
      'What happened since the last answer. Texts in it are cut off after 2,000 characters.',
  }),
  events_left_out: count.meta({
    description: 'An answer tells the first 500 events, and the end; so many more there were.',
  }),
}

const waiting = z
  .enum(['listen', 'record', 'transfer'])
  .nullable()
  .meta({ description: 'What it waits for; null: it has ended, and the trial with it.' })

const standing = {
  waiting,
  variables: z
    .array(trialVariable)
    .optional()
    .meta({
      description:
        'Of all scopes, the outermost first, at most 200 of each; none once it has ended. Absent where looking at ' +
        'them met a limit of scripts.',
    }),
}

export const trialAnswer = z
  .object({ trial_id: z.string(), ...happened, ...standing })
  .meta({ id: 'TrialAnswer' })

const trialTurn = z
  .object({
    move: trialMove.optional().meta({ description: 'Absent of what happened before the first.' }),
    ...happened,
  })
  .meta({ id: 'TrialTurn', description: 'A move, and what came of it.' })

export const trial = z
  .object({
    trial_id: z.string(),
    began_at: moment,
    asked: z.object(askedFields).meta({ description: 'What it was begun with.' }),
    turns: z.array(trialTurn).meta({
      description: 'In their order: the newest 200, of about 2,000 events and 1 MB together.',
    }),
    turns_left_out: count.meta({ description: 'So many came before those.' }),
    ...standing,
  })
  .meta({ id: 'Trial', description: 'A dialogue that is tried, with all that happened in it.' })

export const trialList = z.object({
  trials: z.array(
    z
      .object({
        trial_id: z.string(),
        began_at: moment,
        document_url: z.string().optional().meta({ description: 'Absent of a text.' }),
        waiting,
      })
      .meta({ id: 'TrialSummary' }),
  ),
})

export const checkFault = z
  .object({
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    uri: z.string(),
    line: count,
    column: count,
  })
  .meta({ id: 'DocumentFault', description: 'What is wrong with a document, and where.' })

export const checkAnswer = z.object({
  faults: z.array(checkFault).meta({ description: 'In their order; at most 1,000.' }),
  faults_left_out: count,
  source: z.string().optional().meta({
    description: 'What document_url answered with, for whoever wants to mark the lines.',
  }),
})

export type TrialRequest = z.infer<typeof trialRequest>
export type TrialMove = z.infer<typeof trialMove>
export type TrialEvent = z.infer<typeof trialEvent>
export type TrialAnswer = z.infer<typeof trialAnswer>
export type TrialTurn = z.infer<typeof trialTurn>
export type Trial = z.infer<typeof trial>
export type TrialList = z.infer<typeof trialList>
export type CheckRequest = z.infer<typeof checkRequest>
export type CheckAnswer = z.infer<typeof checkAnswer>
