import { Command } from 'commander'
import type { Config } from '#app'
import { OutdialError, systemClock } from '#base'
import type { Call, Client } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { describeProgress } from '../describe-progress.ts'
import { clientNamed, type WhereOptions, whereOptions } from '../doors.ts'
import { followCall } from '../follow-call.ts'
import { accountOf } from '../login-of.ts'
import { loadApp, type Store } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'
import { authFor } from '../server/connect.ts'
import { watchServer } from '../watch-server.ts'

interface CallOptions extends WhereOptions {
  readonly url: string
  readonly resultUrl?: string
  readonly retries: number
  readonly json?: true
}

export function callCommand(): Command {
  const command = new Command('call')
    .description('queue one call on the running server and follow it to its end')
    .argument('<number>', 'for example 16177123000')
    .requiredOption('--url <url>', 'start_url: the VoiceXML document')
    .option('--result-url <url>', 'result_url: where the result is posted')
    .option('--retries <n>', 'max_retries, 0 to 10', argument(parseRetries), 0)
    .option('--json', 'a JSON object a line: its call_id, then the call at each change')
  return whereOptions(command)
    .addHelpText(
      'after',
      '\nWithout a login the call is queued at --server, or where OUTDIAL_HTTP says, for the account of OUTDIAL_ACCOUNT,' +
        "\nand followed in the server's store: run it with the server's settings." +
        '\nExit status: 0 answered, 1 otherwise.',
    )
    .action(async (number: string, options: CallOptions) => {
      const client = opens(options) ? clientNamed(options) : undefined
      const outcome =
        client === undefined
          ? await callBesideStore(number, options)
          : await callOverServer(client, number, options)
      process.exitCode = outcome === 'answered' ? 0 : 1
    })
}

/** A server that is named without a key is asked as the account of the settings. */
function opens({ server, ...options }: CallOptions): boolean {
  return server === undefined || authFor(server, options) !== undefined
}

type Outcome = Call['outcome']

async function callOverServer(
  client: Client,
  number: string,
  { url, resultUrl, retries, json }: CallOptions,
): Promise<Outcome> {
  const { call_id: callId } = await client.queueCall({
    body: {
      phone_number: number,
      start_url: url,
      max_retries: retries,
      ...(resultUrl === undefined ? {} : { result_url: resultUrl }),
    },
  })
  tellQueued(callId, json)
  let outcome: Outcome
  const tell = (line: string): void => console.error(`outdial: ${line}`)
  for await (const call of followCall(client, { callId, clock: systemClock, tell })) {
    printAnswer(json, call, describeProgress(call))
    outcome = call.outcome
  }
  return outcome
}

async function callBesideStore(number: string, options: CallOptions): Promise<Outcome> {
  const { app, config } = await loadApp()
  const server = options.server ?? app.httpUrl(config.http)
  const callId = await app.queueOverHttp(server, formOf(config, number, options))
  tellQueued(callId, options.json)
  const tell = (line: string): void => console.error(`outdial: ${line}`)
  const stopWatching = watchServer(app, server, tell)
  try {
    return await app.withGround(config, ({ ground }) =>
      followInStore({ app, ground }, { callId, number }, options),
    )
  } finally {
    stopWatching()
  }
}

function tellQueued(callId: number, json: true | undefined): void {
  printAnswer(json, { call_id: callId }, `queued as call ${callId}`)
}

function formOf(config: Config, number: string, options: CallOptions): Record<string, string> {
  return {
    ...accountOf(config),
    phone_number: number,
    start_url: options.url,
    max_retries: String(options.retries),
    ...(options.resultUrl === undefined ? {} : { result_url: options.resultUrl }),
  }
}

async function followInStore(
  { app, ground }: Pick<Store, 'app' | 'ground'>,
  { callId, number }: { readonly callId: number; readonly number: string },
  { json }: CallOptions,
): Promise<Outcome> {
  for await (const progress of app.followCall(ground, callId)) {
    if (progress.phoneNumber !== number) break
    const call = asTold<Call>(app.callView(progress))
    printAnswer(json, call, describeProgress(call))
    if (call.outcome !== undefined) return call.outcome
  }
  throw new OutdialError(
    'call-not-found',
    `Call ${callId} is queued, but is not in the store of these settings. To follow it, give ` +
      "this command the server's DATABASE_URL or OUTDIAL_DATA, or log in (outdial login).",
  )
}

function parseRetries(text: string): number {
  if (/^([0-9]|10)$/.test(text)) return Number(text)
  throw new Error('It may be a whole number from 0 to 10.')
}
