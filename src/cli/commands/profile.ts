import { Command } from 'commander'
import type { ProfileKind } from '#app'
import type { Client, PacingProfile, Schedule } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { auditCommand, namedOf } from '../audit-command.ts'
import { askOfAccount, type Doors, type WhoseOptions, whoseOptions } from '../doors.ts'
import { type Fields, namesOf, PACING_FIELDS, SCHEDULE_FIELDS } from '../fields.ts'
import { firstRows } from '../first-rows.ts'
import type { Account, Store } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'
import { type Field, fieldCollector } from '../read-field.ts'

type Told = Schedule | PacingProfile
type Body = Readonly<Record<string, unknown>>

interface Entry {
  readonly action: string
  readonly subject: string
}

interface Output extends WhoseOptions {
  readonly json?: true
}

/** What differs between the two kinds. */
interface Kind {
  readonly command: string
  readonly kind: ProfileKind
  readonly title: string
  readonly says: string
  readonly example: string
  readonly fields: Fields
  readonly server: (client: Client) => ServerProfiles
}

/** What a server is asked of either kind. */
interface ServerProfiles {
  add(body: Body & { name: string }): Promise<Told>
  edit(name: string, version: number | undefined, body: Body): Promise<Told>
  get(name: string): Promise<Told>
  list(paging: {
    limit: number
    after?: string
    cursor?: string
  }): Promise<{ rows: readonly Told[]; next: string | undefined }>
  remove(name: string): Promise<void>
}

export function scheduleCommand(): Command {
  return profileCommand({
    command: 'schedule',
    kind: 'schedule',
    title: 'schedule',
    says: 'hours and holidays that campaigns share',
    example: 'calling_window="mon-fri 09:00-17:00"',
    fields: SCHEDULE_FIELDS,
    server: (client) => ({
      add: (body) => client.createSchedule({ body }),
      edit: (schedule, version, body) =>
        client.editSchedule({ schedule, body, ...ifVersion(version) }),
      get: (schedule) => client.getSchedule({ schedule }),
      list: async (paging) => {
        const { schedules, next_cursor: next } = await client.listSchedules(paging)
        return { rows: schedules, next }
      },
      remove: (schedule) => client.removeSchedule({ schedule }),
    }),
  })
}

export function pacingCommand(): Command {
  return profileCommand({
    command: 'pacing',
    kind: 'pacing_profile',
    title: 'pacing profile',
    says: 'lines, calls per second and weight that campaigns share',
    example: 'lines=20',
    fields: PACING_FIELDS,
    server: (client) => ({
      add: (body) => client.createPacingProfile({ body }),
      edit: (pacing_profile, version, body) =>
        client.editPacingProfile({ pacing_profile, body, ...ifVersion(version) }),
      get: (pacing_profile) => client.getPacingProfile({ pacing_profile }),
      list: async (paging) => {
        const { pacing_profiles: rows, next_cursor: next } = await client.listPacingProfiles(paging)
        return { rows, next }
      },
      remove: (pacing_profile) => client.removePacingProfile({ pacing_profile }),
    }),
  })
}

function ifVersion(version: number | undefined): { 'If-Match'?: string } {
  return version === undefined ? {} : { 'If-Match': `"${version}"` }
}

function profileCommand(of: Kind): Command {
  return new Command(of.command)
    .description(of.says)
    .addCommand(addCommand(of))
    .addCommand(setCommand(of))
    .addCommand(showCommand(of))
    .addCommand(listCommand(of))
    .addCommand(removeCommand(of))
}

function addCommand(of: Kind): Command {
  const { kind } = of
  return withFields(one(of, 'add'), of)
    .description(`make one; a campaign takes it by ${kind}=NAME`)
    .action((name: string, given: readonly Field[], output: Output) => {
      const fields = Object.fromEntries(given)
      return tell(of, output, {
        server: (client) => of.server(client).add({ ...fields, name }),
        store: async (store, { accountId }) => {
          const { app, calls } = store
          const made = await app.addProfile(calls, { accountId, kind, name, fields })
          const entry = { ...entryOf(of, 'create', name), detail: namedOf(fields) }
          await auditCommand(store, { accountId, ...entry })
          return told(app, kind, made)
        },
      })
    })
}

function setCommand(of: Kind): Command {
  const { kind } = of
  return withFields(one(of, 'set'), of)
    .description('change it, and every campaign that names it and has not ended')
    .option('--if-version <n>', 'only where it still has this version', argument(readCount))
    .action(
      (
        name: string,
        given: readonly Field[],
        { ifVersion: version, ...output }: Output & { ifVersion?: number },
      ) => {
        const fields = Object.fromEntries(given)
        return tell(of, output, {
          server: (client) => of.server(client).edit(name, version, fields),
          store: async (store, { accountId }) => {
            const { app, calls } = store
            const edit = { accountId, kind, name, fields, version }
            const edited = await app.editProfile(calls, edit)
            const entry = { ...entryOf(of, 'edit', name), detail: namedOf(fields) }
            await auditCommand(store, { accountId, ...entry })
            return told(app, kind, edited)
          },
        })
      },
    )
}

function showCommand(of: Kind): Command {
  const { kind } = of
  return one(of, 'show')
    .description('show what it says')
    .action((name: string, output: Output) =>
      tell(of, output, {
        server: (client) => of.server(client).get(name),
        store: async ({ app, calls }, { accountId }) =>
          told(app, kind, await app.findProfileOf(calls, { accountId, kind, name })),
      }),
    )
}

function listCommand(of: Kind): Command {
  const { kind } = of
  return about('list')
    .description('show them all, by name')
    .option('--after <name>', 'only what comes after this one')
    .option('--limit <n>', 'at most so many', argument(readCount), 1000)
    .action(async (options: Output & { after?: string; limit: number }) => {
      const { after, limit, json, ...whose } = options
      const found = await askOfAccount<readonly Told[]>(whose, {
        server: (client) => {
          const start = { ...(after === undefined ? {} : { after }) }
          return firstRows({ limit, start }, (paging) => of.server(client).list(paging))
        },
        store: async ({ app, calls }, { accountId }) => {
          const listed = await app.profilesOf(calls, { accountId, kind, after, limit })
          return listed.map((profile) => told(app, kind, profile))
        },
      })
      for (const profile of found) print(of, json, profile)
    })
}

function removeCommand(of: Kind): Command {
  const { kind } = of
  return one(of, 'remove')
    .description('remove it, where no campaign names it but such as have ended')
    .action(async (name: string, { json, ...whose }: Output) => {
      await askOfAccount(whose, {
        server: (client) => of.server(client).remove(name),
        store: async (store, { accountId }) => {
          await store.app.removeProfile(store.calls, { accountId, kind, name })
          await auditCommand(store, { accountId, ...entryOf(of, 'remove', name) })
        },
      })
      printAnswer(json, { removed: name }, `${name} is removed.`)
    })
}

function about(name: string): Command {
  return whoseOptions(new Command(name)).option('--json', 'as JSON')
}

function one({ title }: Kind, name: string): Command {
  return about(name).argument('<name>', `of the ${title}`)
}

function withFields(command: Command, { example, fields }: Kind): Command {
  return command
    .argument(
      '<field=value...>',
      `for example ${example}; nothing after the = takes a value away`,
      fieldCollector(fields),
    )
    .addHelpText('after', `\nFields: ${namesOf(fields)}.`)
}

/** In the audit log it stands as the operation of the JSON interface does. */
function entryOf({ kind, title }: Kind, verb: string, name: string): Entry {
  const noun = kind === 'schedule' ? 'Schedule' : 'PacingProfile'
  return { action: `${verb}${noun}`, subject: `${title} ${name}` }
}

type Found = Awaited<ReturnType<Store['app']['findProfileOf']>>

function told(app: Store['app'], kind: ProfileKind, profile: Found): Told {
  return asTold(app.profileView(kind, profile))
}

async function tell(
  of: Kind,
  { json, ...whose }: Output,
  doors: Doors<Told, [store: Store, account: Account]>,
): Promise<void> {
  print(of, json, await askOfAccount(whose, doors))
}

/** A line for each: its name, its version, and its fields as `set` takes them. */
function print({ fields }: Kind, json: true | undefined, profile: Told): void {
  const settings = Object.keys(fields).flatMap((field) => {
    const value = (profile as Body)[field]
    return value === undefined ? [] : [`${field}=${JSON.stringify(value)}`]
  })
  const line = [profile.name, `version ${profile.version}`, ...settings].join('  ')
  printAnswer(json, profile, line)
}
