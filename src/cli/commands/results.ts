import { Command, Option } from 'commander'
import {
  describeResult,
  disabledResultUrls,
  disabledUrlView,
  enableResultUrl,
  findAccount,
  type Ground,
  listResults,
  loadConfig,
  type ResultState,
  replayResult,
  replayResults,
  resultRowView,
  resultView,
  withGround,
} from '#app'
import { OutdialError } from '#base'
import { argument } from '../argument.ts'
import { describeResultLine, describeResultTries } from '../describe-result.ts'
import { loginOf } from '../login-of.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

interface Options {
  readonly account?: string
  readonly json?: true
}

export function resultsCommand(): Command {
  return new Command('results')
    .description('results and events that are, or were, to be posted')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand())
    .addCommand(disabledCommand())
    .addCommand(enableCommand())
}

function results(name: string): Command {
  return new Command(name)
    .option('--account <login>', 'whose (default: that of OUTDIAL_ACCOUNT)')
    .option('--json', 'as JSON')
}

function listCommand(): Command {
  return results('list')
    .description('list them, those of the newest calls first')
    .addOption(
      new Option('--state <state>', 'only these; undeliverable: no more tries are made').choices([
        'pending',
        'delivered',
        'undeliverable',
      ]),
    )
    .option('--call <id>', 'only of this call', argument(readCount))
    .option('--before <id>', 'go on after this one')
    .option('--limit <n>', 'at most so many', argument(readCount), 100)
    .action(async ({ account, json, call, ...listing }: Options & Listing) => {
      const rows = await withAccount(account, ({ calls }, accountId) =>
        listResults(calls, { accountId, callId: call, ...listing }),
      )
      for (const row of rows) printAnswer(json, resultRowView(row), describeResultLine(row))
    })
}

interface Listing {
  readonly state?: ResultState
  readonly call?: number
  readonly before?: string
  readonly limit: number
}

function showCommand(): Command {
  return results('show')
    .description('show what is posted and what came of each try')
    .argument('<id>', 'as the receiver sees it in webhook-id')
    .action(async (webhookId: string, { account, json }: Options) => {
      const result = await withAccount(account, ({ calls }, accountId) =>
        describeResult(calls, { accountId, webhookId }),
      )
      printAnswer(json, resultView(result), describeResultTries(result))
    })
}

interface Replaying extends Options {
  readonly all?: true
  readonly delivered?: true
  readonly url?: string
  readonly from?: Date
  readonly until?: Date
}

function replayCommand(): Command {
  return results('replay')
    .description('post results again, with their ids and bytes as they were')
    .argument('[id...]', 'which; or --all')
    .option('--all', 'all that were given up')
    .option('--delivered', 'with --all: those that were delivered instead')
    .option('--url <url>', 'with --all: only what goes there')
    .option('--from <time>', 'with --all: only what was stored then or later', argument(readMoment))
    .option('--until <time>', 'with --all: only what was stored before', argument(readMoment))
    .action(async (ids: readonly string[], { account, json, ...options }: Replaying) => {
      if (ids.length > 0 === (options.all === true)) throw notBoth()
      const replayed = await withAccount(account, ({ calls }, accountId) =>
        ids.length > 0
          ? replayEach(calls, accountId, ids)
          : replayResults(calls, { accountId, ...replayOf(options) }),
      )
      printAnswer(json, { replayed }, `${replayed} results are posted again.`)
    })
}

function replayOf({ delivered, url, from, until }: Replaying) {
  return { state: delivered ? ('delivered' as const) : 'undeliverable', url, from, until } as const
}

async function replayEach(
  calls: Ground['calls'],
  accountId: number,
  ids: readonly string[],
): Promise<number> {
  for (const webhookId of ids) await replayResult(calls, { accountId, webhookId })
  return ids.length
}

function notBoth(): OutdialError {
  return new OutdialError('results-unclear', 'Which results? Give their ids, or --all.')
}

function readMoment(text: string): Date {
  const moment = new Date(text)
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(moment.getTime())) return moment
  throw new Error('It may be a date or a time like 2026-11-06T08:00:00Z.')
}

function disabledCommand(): Command {
  return results('disabled')
    .description('list the URLs that answered 410 and get nothing any more')
    .option('--after <url>', 'only what comes after this one')
    .option('--limit <n>', 'at most so many', argument(readCount), 1000)
    .action(async ({ account, json, ...listing }: Options & { after?: string; limit: number }) => {
      const urls = await withAccount(account, ({ calls }, accountId) =>
        disabledResultUrls(calls, { accountId, ...listing }),
      )
      for (const one of urls) {
        const line = `${one.url}  since ${one.disabledAt.toISOString()}  by ${one.webhookId}`
        printAnswer(json, disabledUrlView(one), line)
      }
    })
}

function enableCommand(): Command {
  return results('enable')
    .description(
      'post results to a URL again that answered 410; what was given up is to be replayed',
    )
    .argument('<url>')
    .action(async (url: string, { account, json }: Options) => {
      await withAccount(account, ({ calls }, accountId) =>
        enableResultUrl(calls, { accountId, url }),
      )
      printAnswer(json, { url, enabled: true }, `Results go to ${url} again.`)
    })
}

async function withAccount<Answer>(
  given: string | undefined,
  work: (ground: Ground, accountId: number) => Promise<Answer>,
): Promise<Answer> {
  const config = loadConfig(process.env)
  const login = loginOf(config, given)
  return withGround(config, async ({ ground }) => {
    const { accountId } = await findAccount(ground.calls, login)
    return work(ground, accountId)
  })
}
