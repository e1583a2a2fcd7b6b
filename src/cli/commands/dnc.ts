import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import type { ForbiddenImport, ForbiddenNumber } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { auditCommand } from '../audit-command.ts'
import { askOfAccount, type WhoseOptions, whoseOptions } from '../doors.ts'
import { firstRows } from '../first-rows.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'
import { sendList } from '../send-list.ts'

/** A server takes no more in one request. */
const MOST_NUMBERS = 1000

interface DncOptions extends WhoseOptions {
  readonly json?: true
}

export function dncCommand(): Command {
  return new Command('dnc')
    .description('numbers that an account must not call')
    .addCommand(addCommand())
    .addCommand(importCommand())
    .addCommand(removeCommand())
    .addCommand(listCommand())
}

function dnc(name: string): Command {
  return whoseOptions(new Command(name)).option('--json', 'as JSON')
}

function addCommand(): Command {
  return dnc('add')
    .description('put numbers on the list; queued calls to them are not dialled either')
    .argument('<number...>', 'as phone_number. -: read from standard input, one a line')
    .option('--reason <text>', 'why, for whoever asks', '')
    .action(async (given: string[], options: DncOptions & { reason: string }) => {
      const { reason, json, ...whose } = options
      const numbers = await readNumbers(given)
      const added = await askOfAccount(whose, {
        server: (client) =>
          inParts(numbers, async (part) => {
            return (await client.forbidNumbers({ body: { numbers: part, reason } })).added
          }),
        store: async (store, account) => {
          const { accountId } = account
          const count = await store.app.forbidNumbers(store.calls, { account, numbers, reason })
          await auditCommand(store, {
            accountId,
            action: 'forbidNumbers',
            detail: { added: count },
          })
          return count
        },
      })
      const told = `${added} of ${numbers.length} numbers were not on the list yet.`
      printAnswer(json, { added }, told)
    })
}

function importCommand(): Command {
  return dnc('import')
    .description('put the numbers of a file on the list')
    .argument('<file>', 'one number a line, or CSV with the columns destination and reason')
    .action(async (file: string, { json, ...whose }: DncOptions) => {
      const told = await askOfAccount<ForbiddenImport>(whose, {
        server: (client) => sendList(file, (body) => client.importForbiddenNumbers({ body })),
        store: async (store, account) => {
          const { app, calls } = store
          const imported = await app.importForbiddenList(calls, account, file)
          const view = asTold<ForbiddenImport>(app.forbiddenImportView(imported))
          const detail = { added: view.added, refused: view.refused }
          const entry = { action: 'importForbiddenNumbers', detail }
          await auditCommand(store, { accountId: account.accountId, ...entry })
          return view
        },
      })
      const { added, known, refused, refused_rows: rows } = told
      const lines = [
        `${added} numbers added, ${known} known already, ${refused} rows refused.`,
        ...rows.map(({ line, value, reason }) => `  line ${line}: ${value}: ${reason}`),
      ]
      printAnswer(json, told, lines.join('\n'))
      if (refused > 0) process.exitCode = 1
    })
}

function removeCommand(): Command {
  return dnc('remove')
    .description('take numbers from the list')
    .argument('<number...>', 'as phone_number. -: read from standard input, one a line')
    .action(async (given: string[], { json, ...whose }: DncOptions) => {
      const numbers = await readNumbers(given)
      const removed = await askOfAccount(whose, {
        server: (client) =>
          inParts(numbers, async (part) => {
            return (await client.permitNumbers({ body: { numbers: part } })).removed
          }),
        store: async (store, account) => {
          const { accountId } = account
          const count = await store.app.permitNumbers(store.calls, { account, numbers })
          const entry = { action: 'permitNumbers', detail: { removed: count } }
          await auditCommand(store, { accountId, ...entry })
          return count
        },
      })
      printAnswer(json, { removed }, `${removed} of ${numbers.length} numbers were on the list.`)
    })
}

interface Listing extends DncOptions {
  readonly after?: string
  readonly limit: number
}

function listCommand(): Command {
  return dnc('list')
    .description('show the list, in the order of the numbers')
    .option('--after <number>', 'only what comes after this one, +16177123000')
    .option('--limit <n>', 'at most so many', argument(readCount), 1000)
    .action(async ({ after, limit, json, ...whose }: Listing) => {
      const page = await askOfAccount<readonly ForbiddenNumber[]>(whose, {
        server: (client) => {
          const start = { ...(after === undefined ? {} : { after }) }
          return firstRows({ limit, start }, async (paging) => {
            const { numbers, next_cursor: next } = await client.listForbiddenNumbers(paging)
            return { rows: numbers, next }
          })
        },
        store: async ({ app, calls }, { accountId }) => {
          const found = await app.forbiddenNumbers(calls, { accountId, after, limit })
          return found.map((one) => asTold(app.forbiddenNumberView(one)))
        },
      })
      for (const one of page) {
        printAnswer(json, one, `${one.destination}  ${one.created_at}  ${one.reason}`.trim())
      }
    })
}

/** All of them, one request after the other; what each counts, together. */
async function inParts(
  numbers: readonly string[],
  send: (part: readonly string[]) => Promise<number>,
): Promise<number> {
  let count = 0
  for (let at = 0; at < numbers.length; at += MOST_NUMBERS) {
    count += await send(numbers.slice(at, at + MOST_NUMBERS))
  }
  return count
}

async function readNumbers(given: readonly string[]): Promise<string[]> {
  if (given.length !== 1 || given[0] !== '-') return [...given]
  return (await text(process.stdin)).split(/\r?\n/).filter((line) => line.trim() !== '')
}
