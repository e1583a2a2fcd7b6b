import { Command, Option } from 'commander'
import { CAMPAIGN_FIELDS, loadConfig, previewList } from '#app'
import { describePreview, previewAsTold } from '../describe-preview.ts'
import { loginOf } from '../login-of.ts'
import { printAnswer } from '../print-answer.ts'
import { collectFields, type Field } from '../read-field.ts'
import { collectRates } from '../read-rate.ts'

interface PreviewOptions {
  readonly account?: string
  readonly scheduledTime?: string
  readonly rate?: readonly Field[]
  readonly duplicates: 'keep' | 'drop'
  readonly seed: string
  readonly json?: true
}

export function previewCommand(): Command {
  return new Command('preview')
    .description('say what would become of a list, hour by hour, without dialling anybody')
    .argument('<list>', 'a file as queuecalls.php takes it')
    .argument(
      '[field=value...]',
      'settings of the campaign, for example lines=20 max_retries=2',
      collectFields,
    )
    .option('--account <login>', 'whose rules count (default: that of OUTDIAL_ACCOUNT)')
    .option('--scheduled-time <time>', 'when it begins, as scheduled_time', 'now')
    .option(
      '--rate <name=value>',
      'a share of the attempts, answered=0.4, or talk=60, ring=15 in seconds; may be repeated',
      collectRates,
    )
    .addOption(
      new Option('--duplicates <what>', 'numbers that come again')
        .choices(['keep', 'drop'])
        .default('keep'),
    )
    .option('--seed <text>', 'another seed, other chances', '1')
    .option('--json', 'everything as one line of JSON')
    .addHelpText(
      'after',
      `\nFields: ${CAMPAIGN_FIELDS.join(', ')}.` +
        '\nRates that are not given are learnt from the account’s latest attempts. The preview runs' +
        '\nthe scheduler itself, as if nothing else were dialled meanwhile. It looks at the store; a server is asked by' +
        '\noutdial campaign preview.',
    )
    .action(async (file: string, fields: readonly Field[] | undefined, options: PreviewOptions) => {
      const config = loadConfig(process.env)
      const preview = await previewList(config, {
        file,
        login: loginOf(config, options.account),
        scheduled: { text: options.scheduledTime ?? 'now' },
        expiration: {},
        fields: Object.fromEntries(fields ?? []),
        ...(options.rate === undefined ? {} : { rates: Object.fromEntries(options.rate) }),
        duplicates: options.duplicates,
        onError: 'skip',
        seed: options.seed,
      })
      const view = previewAsTold(preview)
      printAnswer(options.json, view, describePreview(view))
    })
}
