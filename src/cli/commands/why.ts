import { Command } from 'commander'
import type { Explanation, Recording, Verdict } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { ask, type WhereOptions, whereOptions } from '../doors.ts'
import { noSuchCall } from '../no-such-call.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

export function whyCommand(): Command {
  const command = new Command('why')
    .description(
      'say why a call is dialled, or not: what each rule says, and when it can be dialled',
    )
    .argument('<call>', 'its call_id', argument(readCount))
    .option('--json', 'print everything as one line of JSON')
  return whereOptions(command).action(
    async (callId: number, { json, ...where }: WhereOptions & { json?: true }) => {
      const explanation = await ask(where, {
        server: (client) => client.explainCall({ call_id: callId }),
        store: async ({ app, calls }) => {
          const found = await app.explainCall(calls, { callId })
          if (found === undefined) throw noSuchCall(callId)
          return asTold<Explanation>(app.explanationView(found))
        },
      })
      printAnswer(json, explanation, describeExplanation(explanation))
    },
  )
}

/** The sentence first, then a line for each rule. */
function describeExplanation(explanation: Explanation): string {
  const { destination, campaign_name: campaign, state, summary, verdicts } = explanation
  const { call_id: callId, decided_at: decidedAt, decided_verdicts: decided = [] } = explanation
  const lines = [
    `Call ${callId} to ${destination}, campaign “${campaign}”, is ${state}. ${summary}`,
    ...verdicts.map(describeVerdict),
    ...explanation.recordings.map(describeRecording),
  ]
  if (decidedAt === undefined) return lines.join('\n')
  const heading = `When it was last looked at, ${decidedAt}:`
  return [...lines, heading, ...decided.map(describeVerdict)].join('\n')
}

function describeRecording(recording: Recording): string {
  const { attempt, name, node, bucket, duration_ms: durationMs, fault } = recording
  const of = `  recording of attempt ${attempt}: `
  if (name === undefined) return `${of}none, it could not be stored (${fault})`
  const where = bucket === undefined ? `on the disk of ${node}` : `in ${bucket}`
  const waits = fault === undefined ? '' : `, not yet in the bucket (${fault})`
  const lasts = durationMs > 0 ? `, ${(durationMs / 1000).toFixed(1)} s` : ''
  return `${of}${name}${lasts}, ${where}${waits}`
}

function describeVerdict({ rule, allows, detail, not_before: notBefore }: Verdict): string {
  const until = notBefore === undefined ? '' : ` (until ${notBefore})`
  return `  ${allows ? 'ok  ' : 'wait'}  ${rule.padEnd(14)}  ${detail}${until}`
}
