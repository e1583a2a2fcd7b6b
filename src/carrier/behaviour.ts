import { z } from 'zod'
import { OutdialError } from '#base'
import { UTTERANCE_LIMIT } from '#speech'

/** Of North America, as its networks play them to callers. */
export const EARLY_TONES = [
  'ringing',
  'busy',
  'congestion',
  'vacant',
  'intercept',
  'no-circuit',
] as const

const milliseconds = z.int().min(0).max(3_600_000)
const keys = z
  .string()
  .regex(/^[0-9*#A-Dpw]+$/, 'only the keys 0-9 * # A-D, and p (1 s) and w (0.5 s)')
const spoken = z.string().min(1).max(UTTERANCE_LIMIT)

/** How a callee behaves: plain data, the same in the table and in a script file. */
const behaviourSchema = z.strictObject({
  /** The INVITE is refused with this SIP status. */
  status: z.int().min(300).max(699).optional(),
  /** Only the first so many calls of a number are refused, later ones answered. */
  refusals: z.int().min(1).max(1000).optional(),
  /** Nothing is ever replied, as if nobody were there. */
  silent: z.literal(true).optional(),
  /** Rings until the caller gives up. */
  neverAnswers: z.literal(true).optional(),
  /** False: 100 Trying, but no 180 Ringing. Default true before an answer, false before a refusal. */
  rings: z.boolean().optional(),
  /** From the INVITE to the final reply. Default 500 before an answer, 0 before a refusal. */
  answerAfterMs: milliseconds.optional(),
  /** Asks for a digest first (407); wrong credentials get 403. */
  challenge: z.literal(true).optional(),
  /** Said as early media (183) before the final reply. */
  early: spoken.optional(),
  /** Sounds as early media (183) before the final reply, and before what is said; both again and again where there is none. */
  earlyTone: z.enum(EARLY_TONES).optional(),
  /** Said once the call is answered. */
  says: spoken.optional(),
  /** Sounds after that: an answering machine's beep (1000 Hz), or a fax machine's CED (2100 Hz). */
  tone: z.enum(['beep', 'fax']).optional(),
  /** Keys to press; a list has one entry for each prompt. */
  press: z.union([keys, z.array(keys).min(1).max(100)]).optional(),
  /** When to press: `prompt`, after a prompt was heard and then silence (default), or so long after answer. */
  pressAfter: z.union([z.literal('prompt'), milliseconds]).optional(),
  /** The last keys are pressed again after every further prompt. */
  repeat: z.literal(true).optional(),
  hangupAfterMs: milliseconds.optional(),
  /** Hangs up one second into the first prompt. */
  hangupDuring: z.literal('prompt').optional(),
})

export type Behaviour = Readonly<z.infer<typeof behaviourSchema>>

/** The fields of a behaviour, in the order of their page. */
export const BEHAVIOUR_FIELDS: readonly string[] = Object.keys(behaviourSchema.shape)

/** Phone number → behaviour. Numbers are compared by their digits. */
export type CarrierScript = Readonly<Record<string, Behaviour>>

/** Checks what came from JSON. Throws `carrier-invalid-script` naming number, field and reason. */
export function parseCarrierScript(value: unknown): CarrierScript {
  const parsed = z.record(z.string(), behaviourSchema).safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw invalidScript(issue.path.map(String).join('.'), issue.message)
  }
  for (const [number, behaviour] of Object.entries(parsed.data)) {
    if (!/\d/.test(number)) throw invalidScript(number, 'a phone number has digits')
    const contradiction = findContradiction(behaviour)
    if (contradiction !== undefined) throw invalidScript(number, contradiction)
  }
  return parsed.data
}

/** As `parseCarrierScript`, from the text of a JSON file. */
export function parseCarrierScriptText(text: string): CarrierScript {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw invalidScript('', `it is not JSON: ${(thrown as Error).message}`)
  }
  return parseCarrierScript(value)
}

/** Field combinations of which one half could never happen. */
function findContradiction(behaviour: Behaviour): string | undefined {
  const { status, refusals, silent, neverAnswers, press, pressAfter, repeat } = behaviour
  const never = silent === true || neverAnswers === true
  if (refusals !== undefined && status === undefined) return '`refusals` needs a `status`'
  if (never && status !== undefined) return '`status` is a reply: not with `silent`, `neverAnswers`'
  if (press === undefined && (pressAfter !== undefined || repeat)) {
    return '`pressAfter` and `repeat` need `press`'
  }
  if (typeof pressAfter === 'number' && (repeat || Array.isArray(press))) {
    return 'several presses follow prompts: `pressAfter` cannot be a time'
  }
  return undefined
}

function invalidScript(where: string, why: string): OutdialError {
  const place = where === '' ? '' : ` at ${JSON.stringify(where)}`
  const sentence = `The script of the simulated carrier is wrong${place}: ${why}.`
  return new OutdialError('carrier-invalid-script', sentence, { field: 'script' })
}
