import { Command, Option } from 'commander'
import type { Operations, Upload } from '#client'
import { describeRefusedRows } from '../describe-preview.ts'
import { NEW_CAMPAIGN_FIELDS, namesOf } from '../fields.ts'
import { printAnswer } from '../print-answer.ts'
import { type Field, fieldCollector } from '../read-field.ts'
import { sendList } from '../send-list.ts'
import { connect, type ServerOptions, serverOptions } from '../server/connect.ts'

interface CreateOptions extends ServerOptions {
  readonly url: string
  readonly duplicates: 'keep' | 'drop'
  readonly onError: 'skip' | 'abort'
  readonly json?: true
}

type CreateCampaign = Operations['createCampaign']['request']

export function createCommand(): Command {
  const command = new Command('create')
    .description('send a list to a server, which queues its calls as a campaign')
    .argument('<list>', 'a file as queuecalls.php takes it: CSV, its first column destination')
    .argument('<name>', 'campaign_name, which no other campaign of the account has')
    .argument(
      '[field=value...]',
      'settings, for example lines=20 max_retries=2',
      fieldCollector(NEW_CAMPAIGN_FIELDS),
    )
    .requiredOption('--url <url>', 'start_url: the VoiceXML document')
    .addOption(choice('--duplicates <what>', 'numbers that come again', ['keep', 'drop']))
    .addOption(choice('--on-error <what>', 'rows that are no call', ['skip', 'abort']))
    .option('--json', 'as JSON')
  for (const option of serverOptions()) command.addOption(option)
  return command
    .addHelpText(
      'after',
      `\nFields: ${namesOf(NEW_CAMPAIGN_FIELDS)}.` +
        '\nWhat is sent is on the server’s disk when the command ends; nothing is dialled of a list that broke off.',
    )
    .action(
      async (file: string, name: string, fields: readonly Field[] = [], options: CreateOptions) => {
        const client = connect(options)
        const request: Omit<CreateCampaign, 'body'> = {
          ...Object.fromEntries(fields),
          ...{ campaign_name: name, start_url: options.url },
          ...{ duplicates: options.duplicates, on_error: options.onError },
        }
        const upload = await sendList(file, (body) => client.createCampaign({ ...request, body }))
        printAnswer(options.json, upload, describeUpload(upload))
      },
    )
}

function choice(flags: string, says: string, choices: readonly [string, string]): Option {
  return new Option(flags, says).choices(choices).default(choices[0])
}

function describeUpload(upload: Upload): string {
  const { campaign_id: id, accepted, refused, duplicates, refused_rows: rows } = upload
  const counts = `${accepted} calls accepted, ${refused} rows refused, ${duplicates} numbers repeated`
  return [`Campaign ${id}: ${counts}.`, ...describeRefusedRows(rows)].join('\n')
}
