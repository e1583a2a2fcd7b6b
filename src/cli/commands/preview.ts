import { Command } from 'commander'
import type { Preview } from '#client'
import { asTold } from '../as-told.ts'
import { describePreview } from '../describe-preview.ts'
import { CAMPAIGN_FIELDS, namesOf } from '../fields.ts'
import { loginOf } from '../login-of.ts'
import { loadApp } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'
import { type Field, fieldCollector } from '../read-field.ts'
import { addTrialOptions, type TrialOptions } from '../trial-options.ts'

interface PreviewOptions extends TrialOptions {
  readonly account?: string
}

export function previewCommand(): Command {
  const command = new Command('preview')
    .description('say what would become of a list, hour by hour, without dialling anybody')
    .argument('<list>', 'a file as queuecalls.php takes it')
    .argument(
      '[field=value...]',
      'settings of the campaign, for example lines=20 max_retries=2',
      fieldCollector(CAMPAIGN_FIELDS),
    )
    .option('--account <login>', 'whose rules count (default: that of OUTDIAL_ACCOUNT)')
  return addTrialOptions(command)
    .addHelpText(
      'after',
      `\nFields: ${namesOf(CAMPAIGN_FIELDS)}.` +
        '\nRates that are not given are learnt from the account’s latest attempts. The preview runs' +
        '\nthe scheduler itself, as if nothing else were dialled meanwhile. It looks at the store; a server is asked by' +
        '\noutdial campaign preview.',
    )
    .action(async (file: string, fields: readonly Field[] | undefined, options: PreviewOptions) => {
      const { app, config } = await loadApp()
      const preview = await app.previewList(config, {
        file,
        login: loginOf(config, options.account),
        scheduled: { text: options.scheduledTime },
        expiration: {},
        fields: Object.fromEntries(fields ?? []),
        ...(options.rate === undefined ? {} : { rates: Object.fromEntries(options.rate) }),
        duplicates: options.duplicates,
        onError: 'skip',
        seed: options.seed,
      })
      const view = asTold<Preview>(app.previewView(preview))
      printAnswer(options.json, view, describePreview(view))
    })
}
