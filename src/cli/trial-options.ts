import { type Command, Option } from 'commander'
import type { Field } from './read-field.ts'
import { collectRates } from './read-rate.ts'

/** What a preview is told besides the settings of the campaign. */
export interface TrialOptions {
  readonly scheduledTime: string
  readonly rate?: readonly Field[]
  readonly duplicates: 'keep' | 'drop'
  readonly seed: string
  readonly json?: true
}

/** Of both previews: that of the store and that of a server. */
export function addTrialOptions(command: Command): Command {
  return command
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
}
