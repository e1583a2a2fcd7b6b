import { Command, Option } from 'commander'
import { OutdialError } from '#base'
import type { DisabledUrl, ListedResult, Result, ResultState } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { auditCommand } from '../audit-command.ts'
import { describeResultLine, describeResultTries } from '../describe-result.ts'
import { askOfAccount, type WhoseOptions, whoseOptions } from '../doors.ts'
import { firstRows } from '../first-rows.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

interface Options extends WhoseOptions {
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
  return whoseOptions(new Command(name)).option('--json', 'as JSON')
}

interface Listing extends Options {
  readonly state?: ResultState
  readonly call?: number
  readonly before?: string
  readonly limit: number
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
    .action(async ({ state, call: callId, before, limit, json, ...whose }: Listing) => {
      const rows = await askOfAccount<readonly ListedResult[]>(whose, {
        server: (client) => {
          const start = { ...(before === undefined ? {} : { before }) }
          const which = {
            ...(state === undefined ? {} : { state }),
            ...(callId === undefined ? {} : { call_id: callId }),
          }
          return firstRows({ limit, start }, async (paging) => {
            const page = await client.listResults({ ...which, ...paging })
            return { rows: page.results, next: page.next_cursor }
          })
        },
        store: async ({ app, calls }, { accountId }) => {
          const listing = { accountId, state, callId, before, limit }
          const listed = await app.listResults(calls, listing)
          return listed.map((row) => asTold(app.resultRowView(row)))
        },
      })
      for (const row of rows) printAnswer(json, row, describeResultLine(row))
    })
}

function showCommand(): Command {
  return results('show')
    .description('show what is posted and what came of each try')
    .argument('<id>', 'as the receiver sees it in webhook-id')
    .action(async (webhookId: string, { json, ...whose }: Options) => {
      const result = await askOfAccount(whose, {
        server: (client) => client.getResult({ result_id: webhookId }),
        store: async ({ app, calls }, { accountId }) =>
          asTold<Result>(app.resultView(await app.describeResult(calls, { accountId, webhookId }))),
      })
      printAnswer(json, result, describeResultTries(result))
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
    .action(async (ids: readonly string[], options: Replaying) => {
      if (ids.length > 0 === (options.all === true)) throw notBoth()
      const replayed = ids.length > 0 ? await replayEach(ids, options) : await replayAll(options)
      printAnswer(options.json, { replayed }, `${replayed} results are posted again.`)
    })
}

function replayEach(ids: readonly string[], whose: WhoseOptions): Promise<number> {
  return askOfAccount(whose, {
    server: async (client) => {
      for (const id of ids) await client.replayResult({ result_id: id })
      return ids.length
    },
    store: async (store, { accountId }) => {
      for (const webhookId of ids) {
        await store.app.replayResult(store.calls, { accountId, webhookId })
        const entry = { action: 'replayResult', subject: `result ${webhookId}` }
        await auditCommand(store, { accountId, ...entry })
      }
      return ids.length
    },
  })
}

function replayAll({ delivered, url, from, until, ...whose }: Replaying): Promise<number> {
  const state = delivered === true ? 'delivered' : 'undeliverable'
  return askOfAccount(whose, {
    server: async (client) => {
      const which = {
        ...(url === undefined ? {} : { url }),
        ...(from === undefined ? {} : { from: from.toISOString() }),
        ...(until === undefined ? {} : { until: until.toISOString() }),
      }
      return (await client.replayResults({ body: { state, ...which } })).replayed
    },
    store: async (store, { accountId }) => {
      const which = { accountId, state, url, from, until } as const
      const replayed = await store.app.replayResults(store.calls, which)
      const detail = { state, ...(url === undefined ? {} : { url: placeOf(url) }), replayed }
      await auditCommand(store, { accountId, action: 'replayResults', detail })
      return replayed
    },
  })
}

/** The audit log has no credentials, which may stand in the rest of a URL. */
function placeOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? '…' : parsed.origin + parsed.pathname
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
    .action(async (options: Options & { after?: string; limit: number }) => {
      const { after, limit, json, ...whose } = options
      const urls = await askOfAccount<readonly DisabledUrl[]>(whose, {
        server: (client) => {
          const start = { ...(after === undefined ? {} : { after }) }
          return firstRows({ limit, start }, async (paging) => {
            const page = await client.listDisabledUrls(paging)
            return { rows: page.urls, next: page.next_cursor }
          })
        },
        store: async ({ app, calls }, { accountId }) => {
          const listed = await app.disabledResultUrls(calls, { accountId, after, limit })
          return listed.map((one) => asTold(app.disabledUrlView(one)))
        },
      })
      for (const one of urls) {
        printAnswer(json, one, `${one.url}  since ${one.disabled_at}  by ${one.result_id}`)
      }
    })
}

function enableCommand(): Command {
  return results('enable')
    .description(
      'post results to a URL again that answered 410; what was given up is to be replayed',
    )
    .argument('<url>')
    .action(async (url: string, { json, ...whose }: Options) => {
      await askOfAccount(whose, {
        server: (client) => client.enableUrl({ body: { url } }),
        store: async (store, { accountId }) => {
          await store.app.enableResultUrl(store.calls, { accountId, url })
          const entry = { action: 'enableUrl', detail: { url: placeOf(url) } }
          await auditCommand(store, { accountId, ...entry })
        },
      })
      printAnswer(json, { url, enabled: true }, `Results go to ${url} again.`)
    })
}
