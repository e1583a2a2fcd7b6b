import { Command } from 'commander'
import type { Operations } from '#client'
import { describePreview } from '../describe-preview.ts'
import { CAMPAIGN_FIELDS, namesOf } from '../fields.ts'
import { printAnswer } from '../print-answer.ts'
import { type Field, fieldCollector } from '../read-field.ts'
import { sendList } from '../send-list.ts'
import { connect, type ServerOptions, serverOptions } from '../server/connect.ts'
import { addTrialOptions, type TrialOptions } from '../trial-options.ts'

type PreviewOptions = ServerOptions & TrialOptions

type PreviewCampaign = Operations['previewCampaign']['request']

export function previewCommand(): Command {
  const command = new Command('preview')
    .description('ask a server what would become of a list, hour by hour; nobody is dialled')
    .argument('<list>', 'a file as queuecalls.php takes it')
    .argument(
      '[field=value...]',
      'settings, for example lines=20 max_retries=2',
      fieldCollector(CAMPAIGN_FIELDS),
    )
  addTrialOptions(command)
  for (const option of serverOptions()) command.addOption(option)
  return command
    .addHelpText(
      'after',
      `\nFields: ${namesOf(CAMPAIGN_FIELDS)}.\nThe same from the store: outdial preview.`,
    )
    .action(async (file: string, fields: readonly Field[] = [], options: PreviewOptions) => {
      const client = connect(options)
      const { rate, scheduledTime, duplicates, seed } = options
      const request: Omit<PreviewCampaign, 'body'> = {
        ...Object.fromEntries(fields),
        ...{ scheduled_time: scheduledTime, duplicates, seed },
        ...(rate === undefined ? {} : { rates: Object.fromEntries(rate) }),
      }
      const preview = await sendList(file, (body) => client.previewCampaign({ ...request, body }))
      printAnswer(options.json, preview, describePreview(preview))
    })
}
