import { Command } from 'commander'
import { callView, cancelCall, cancelPending, findAccount, loadConfig, withGround } from '#app'
import { argument } from '../argument.ts'
import { auditCommand } from '../audit-command.ts'
import { describeProgress } from '../describe-progress.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

interface CancelOptions {
  readonly hangUp?: true
  readonly pending?: string
  readonly json?: true
}

export function cancelCommand(): Command {
  const command = new Command('cancel')
    .description('cancel a call: it is not dialled any more, and stops ringing')
    .argument('[call]', 'call_id', argument(readCount))
    .option('--hang-up', 'end it where somebody is on the line, too')
    .option('--pending <login>', 'instead of one: all that waits or rings of this account')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nCampaigns: outdial campaign cancel.')
    .action(async (callId: number | undefined, options: CancelOptions) => {
      const { pending: login, json, hangUp } = options
      if ((callId === undefined) === (login === undefined)) {
        command.error('outdial: name one call, or an account by --pending.')
      }
      await withGround(loadConfig(process.env), async ({ ground: { calls } }) => {
        if (callId !== undefined) {
          const call = await cancelCall(calls, { callId, hangUp: hangUp === true })
          const { accountId } = call
          const entry = { action: 'cancelCall', subject: `call ${callId}` }
          await auditCommand(calls, { accountId, ...entry })
          printAnswer(json, callView(call), describeProgress(call))
        } else if (login !== undefined) {
          const { accountId } = await findAccount(calls, login)
          await cancelPending(calls, { accountId })
          await auditCommand(calls, { accountId, action: 'cancelPending', subject: '' })
          printAnswer(json, { login, pending: 'canceled' }, `All pending of ${login} is canceled.`)
        }
      })
    })
  return command
}
