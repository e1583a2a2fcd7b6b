import { Command } from 'commander'
import { type CallExplanation, explainCall, loadConfig, withGround } from '#app'
import { argument } from '../argument.ts'
import { noSuchCall } from '../no-such-call.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

export function whyCommand(): Command {
  return new Command('why')
    .description(
      'say why a call is dialled, or not: what each rule says, and when it can be dialled',
    )
    .argument('<call>', 'its call_id', argument(readCount))
    .option('--json', 'print everything as one line of JSON')
    .action(async (callId: number, options: { json?: boolean }) => {
      const explanation = await withGround(loadConfig(process.env), ({ ground }) =>
        explainCall(ground.calls, { callId }),
      )
      if (explanation === undefined) {
        throw noSuchCall(callId)
      }
      printAnswer(options.json, explanation, describeExplanation(explanation))
    })
}

/** The sentence first, then a line for each rule. */
function describeExplanation(explanation: CallExplanation): string {
  const { callId, destination, campaignName, state, summary, verdicts, decided } = explanation
  const lines = [
    `Call ${callId} to ${destination}, campaign “${campaignName}”, is ${state}. ${summary}`,
    ...verdicts.map(describeVerdict),
    ...explanation.recordings.map(describeRecording),
  ]
  if (decided === undefined) return lines.join('\n')
  const heading = `When it was last looked at, ${decided.at.toISOString()}:`
  return [...lines, heading, ...decided.verdicts.map(describeVerdict)].join('\n')
}

function describeRecording(recording: CallExplanation['recordings'][number]): string {
  const { attempt, name, nodeId, bucket, durationMs, fault } = recording
  const of = `  recording of attempt ${attempt}: `
  if (name === undefined) return `${of}none, it could not be stored (${fault})`
  const where = bucket === undefined ? `on the disk of ${nodeId}` : `in ${bucket}`
  const waits = fault === undefined ? '' : `, not yet in the bucket (${fault})`
  const lasts = durationMs > 0 ? `, ${(durationMs / 1000).toFixed(1)} s` : ''
  return `${of}${name}${lasts}, ${where}${waits}`
}

function describeVerdict(verdict: CallExplanation['verdicts'][number]): string {
  const { rule, allows, detail, notBefore } = verdict
  const until = notBefore === undefined ? '' : ` (until ${notBefore.toISOString()})`
  return `  ${allows ? 'ok  ' : 'wait'}  ${rule.padEnd(14)}  ${detail}${until}`
}
