import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import {
  findAccount,
  forbiddenNumbers,
  forbidNumbers,
  importForbiddenList,
  loadConfig,
  permitNumbers,
  withGround,
} from '#app'
import { argument } from '../argument.ts'
import { auditCommand } from '../audit-command.ts'
import { loginOf } from '../login-of.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

interface DncOptions {
  readonly account?: string
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
  return new Command(name)
    .option('--account <login>', 'whose list (default: that of OUTDIAL_ACCOUNT)')
    .option('--json', 'as JSON')
}

function addCommand(): Command {
  return dnc('add')
    .description('put numbers on the list; queued calls to them are not dialled either')
    .argument('<number...>', 'as phone_number. -: read from standard input, one a line')
    .option('--reason <text>', 'why, for whoever asks', '')
    .action(async (given: string[], options: DncOptions & { reason: string }) => {
      const numbers = await readNumbers(given)
      const config = loadConfig(process.env)
      const added = await withGround(config, async ({ ground: { calls } }) => {
        const account = await findAccount(calls, loginOf(config, options.account))
        const count = await forbidNumbers(calls, { account, numbers, reason: options.reason })
        const entry = { action: 'forbidNumbers', subject: '', detail: { added: count } }
        await auditCommand(calls, { accountId: account.accountId, ...entry })
        return count
      })
      printAnswer(
        options.json,
        { added },
        `${added} of ${numbers.length} numbers were not on the list yet.`,
      )
    })
}

function importCommand(): Command {
  return dnc('import')
    .description('put the numbers of a file on the list')
    .argument('<file>', 'one number a line, or CSV with the columns destination and reason')
    .action(async (file: string, { account, json }: DncOptions) => {
      const config = loadConfig(process.env)
      const told = await importForbiddenList(config, { file, login: loginOf(config, account) })
      const { added, known, refused, refusedRows } = told
      const lines = [
        `${added} numbers added, ${known} known already, ${refused} rows refused.`,
        ...refusedRows.map(({ line, value, reason }) => `  line ${line}: ${value}: ${reason}`),
      ]
      printAnswer(json, { added, known, refused, refused_rows: refusedRows }, lines.join('\n'))
      if (refused > 0) process.exitCode = 1
    })
}

function removeCommand(): Command {
  return dnc('remove')
    .description('take numbers from the list')
    .argument('<number...>', 'as phone_number. -: read from standard input, one a line')
    .action(async (given: string[], { account: login, json }: DncOptions) => {
      const numbers = await readNumbers(given)
      const config = loadConfig(process.env)
      const removed = await withGround(config, async ({ ground: { calls } }) => {
        const account = await findAccount(calls, loginOf(config, login))
        const count = await permitNumbers(calls, { account, numbers })
        const entry = { action: 'permitNumbers', subject: '', detail: { removed: count } }
        await auditCommand(calls, { accountId: account.accountId, ...entry })
        return count
      })
      printAnswer(json, { removed }, `${removed} of ${numbers.length} numbers were on the list.`)
    })
}

function listCommand(): Command {
  return dnc('list')
    .description('show the list, in the order of the numbers')
    .option('--after <number>', 'only what comes after this one, +16177123000')
    .option('--limit <n>', 'at most so many', argument(readCount), 1000)
    .action(async (options: DncOptions & { after?: string; limit: number }) => {
      const config = loadConfig(process.env)
      const page = await withGround(config, async ({ ground: { calls } }) => {
        const { accountId } = await findAccount(calls, loginOf(config, options.account))
        return forbiddenNumbers(calls, { accountId, after: options.after, limit: options.limit })
      })
      for (const number of page) {
        const { destination, reason, createdAt } = number
        const view = { destination, reason, created_at: createdAt }
        printAnswer(
          options.json,
          view,
          `${destination}  ${createdAt.toISOString()}  ${reason}`.trim(),
        )
      }
    })
}

async function readNumbers(given: readonly string[]): Promise<string[]> {
  if (given.length !== 1 || given[0] !== '-') return [...given]
  return (await text(process.stdin)).split(/\r?\n/).filter((line) => line.trim() !== '')
}
