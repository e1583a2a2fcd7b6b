import { Command } from 'commander'
import {
  addProfile,
  editProfile,
  findAccount,
  findProfileOf,
  loadConfig,
  PROFILE_KINDS,
  type Profile,
  type ProfileKind,
  profilesOf,
  profileView,
  removeProfile,
  withGround,
} from '#app'
import { argument } from '../argument.ts'
import { type Fields, namesOf, PACING_FIELDS, SCHEDULE_FIELDS } from '../fields.ts'
import { loginOf } from '../login-of.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'
import { type Field, fieldCollector } from '../read-field.ts'

interface Output {
  readonly account?: string
  readonly json?: true
}

export function scheduleCommand(): Command {
  return profileCommand('schedule', {
    name: 'schedule',
    says: 'hours and holidays that campaigns share',
    example: 'calling_window="mon-fri 09:00-17:00"',
    fields: SCHEDULE_FIELDS,
  })
}

export function pacingCommand(): Command {
  return profileCommand('pacing_profile', {
    name: 'pacing',
    says: 'lines, calls per second and weight that campaigns share',
    example: 'lines=20',
    fields: PACING_FIELDS,
  })
}

interface Words {
  readonly name: string
  readonly says: string
  readonly example: string
  readonly fields: Fields
}

function profileCommand(kind: ProfileKind, words: Words): Command {
  return new Command(words.name)
    .description(words.says)
    .addCommand(addCommand(kind, words))
    .addCommand(setCommand(kind, words))
    .addCommand(showCommand(kind))
    .addCommand(listCommand(kind))
    .addCommand(removeCommand(kind))
}

function addCommand(kind: ProfileKind, words: Words): Command {
  return withFields(one(kind, 'add'), words)
    .description(`make one; a campaign takes it by ${kind}=NAME`)
    .action((name: string, given: readonly Field[], output: Output) =>
      tell(kind, output, (calls, accountId) =>
        addProfile(calls, { accountId, kind, name, fields: Object.fromEntries(given) }),
      ),
    )
}

function setCommand(kind: ProfileKind, words: Words): Command {
  return withFields(one(kind, 'set'), words)
    .description('change it, and every campaign that names it and has not ended')
    .option('--if-version <n>', 'only where it still has this version', argument(readCount))
    .action((name: string, given: readonly Field[], output: Output & { ifVersion?: number }) =>
      tell(kind, output, (calls, accountId) => {
        const edit = { fields: Object.fromEntries(given), version: output.ifVersion }
        return editProfile(calls, { accountId, kind, name, ...edit })
      }),
    )
}

function showCommand(kind: ProfileKind): Command {
  return one(kind, 'show')
    .description('show what it says')
    .action((name: string, output: Output) =>
      tell(kind, output, (calls, accountId) => findProfileOf(calls, { accountId, kind, name })),
    )
}

function listCommand(kind: ProfileKind): Command {
  return about('list')
    .description('show them all, by name')
    .option('--after <name>', 'only what comes after this one')
    .option('--limit <n>', 'at most so many', argument(readCount), 1000)
    .action(async (output: Output & { after?: string; limit: number }) => {
      const { after, limit } = output
      const found = await withAccount(output, (calls, accountId) =>
        profilesOf(calls, { accountId, kind, after, limit }),
      )
      for (const profile of found) print(kind, output, profile)
    })
}

function removeCommand(kind: ProfileKind): Command {
  return one(kind, 'remove')
    .description('remove it, where no campaign names it but such as have ended')
    .action(async (name: string, output: Output) => {
      await withAccount(output, (calls, accountId) =>
        removeProfile(calls, { accountId, kind, name }),
      )
      printAnswer(output.json, { removed: name }, `${name} is removed.`)
    })
}

function about(name: string): Command {
  return new Command(name)
    .option('--account <login>', 'of this account (default: that of OUTDIAL_ACCOUNT)')
    .option('--json', 'as JSON')
}

function one(kind: ProfileKind, name: string): Command {
  return about(name).argument('<name>', `of the ${PROFILE_KINDS[kind].title}`)
}

function withFields(command: Command, { example, fields }: Words): Command {
  return command
    .argument(
      '<field=value...>',
      `for example ${example}; nothing after the = takes a value away`,
      fieldCollector(fields),
    )
    .addHelpText('after', `\nFields: ${namesOf(fields)}.`)
}

type Calls = Parameters<typeof profilesOf>[0]

function withAccount<Answer>(
  { account }: Output,
  work: (calls: Calls, accountId: number) => Promise<Answer>,
): Promise<Answer> {
  const config = loadConfig(process.env)
  return withGround(config, async ({ ground: { calls } }) => {
    const { accountId } = await findAccount(calls, loginOf(config, account))
    return work(calls, accountId)
  })
}

async function tell(
  kind: ProfileKind,
  output: Output,
  work: (calls: Calls, accountId: number) => Promise<Profile>,
): Promise<void> {
  print(kind, output, await withAccount(output, work))
}

/** A line for each: its name, its version, and its fields as `set` takes them. */
function print(kind: ProfileKind, { json }: Output, profile: Profile): void {
  const settings = PROFILE_KINDS[kind].settings.flatMap(([property, field]) => {
    const value = profile.settings[property]
    return value === undefined ? [] : [`${field}=${JSON.stringify(value)}`]
  })
  const line = [profile.name, `version ${profile.version}`, ...settings].join('  ')
  printAnswer(json, profileView(kind, profile), line)
}
