import { Command } from 'commander'
import type { Call } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { auditCommand } from '../audit-command.ts'
import { describeProgress } from '../describe-progress.ts'
import { ask, refuseOthers, type WhereOptions, whereOptions } from '../doors.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

interface CancelOptions extends WhereOptions {
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
  return whereOptions(command).action(
    async (callId: number | undefined, options: CancelOptions) => {
      const { pending: login, ...one } = options
      if ((callId === undefined) === (login === undefined)) {
        command.error('outdial: name one call, or an account by --pending.')
      }
      if (callId !== undefined) await cancelOne(callId, one)
      else if (login !== undefined) await cancelPending(login, one)
    },
  )
}

async function cancelOne(callId: number, options: CancelOptions): Promise<void> {
  const { hangUp = false, json, ...where } = options
  const call = await ask(where, {
    server: (client) => client.cancelCall({ call_id: callId, body: { hang_up: hangUp } }),
    store: async (store) => {
      const canceled = await store.app.cancelCall(store.calls, { callId, hangUp })
      const { accountId } = canceled
      await auditCommand(store, { accountId, action: 'cancelCall', subject: `call ${callId}` })
      return asTold<Call>(store.app.callView(canceled))
    },
  })
  printAnswer(json, call, describeProgress(call))
}

async function cancelPending(login: string, { json, ...where }: CancelOptions): Promise<void> {
  await ask(where, {
    server: async (client) => {
      await refuseOthers(client, login)
      await client.cancelPending()
    },
    store: async (store) => {
      const { app, calls } = store
      const { accountId } = await app.findAccount(calls, login)
      await app.cancelPending(calls, { accountId })
      await auditCommand(store, { accountId, action: 'cancelPending' })
    },
  })
  printAnswer(json, { login, pending: 'canceled' }, `All pending of ${login} is canceled.`)
}
