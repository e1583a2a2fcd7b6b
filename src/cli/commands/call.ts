import { Command } from 'commander'
import {
  type Config,
  callView,
  followCall,
  httpUrl,
  loadConfig,
  queueOverHttp,
  withGround,
} from '#app'
import { OutdialError } from '#base'
import { argument } from '../argument.ts'
import { describeProgress } from '../describe-progress.ts'
import { accountOf } from '../login-of.ts'
import { parseServer } from '../parse-server.ts'
import { printAnswer } from '../print-answer.ts'
import { watchServer } from '../watch-server.ts'

interface CallOptions {
  readonly url: string
  readonly resultUrl?: string
  readonly retries: string
  readonly server?: string
  readonly json?: true
}

export function callCommand(): Command {
  return new Command('call')
    .description('queue one call on the running server and follow it to its end')
    .argument('<number>', 'for example 16177123000')
    .requiredOption('--url <url>', 'start_url: the VoiceXML document')
    .option('--result-url <url>', 'result_url: where the result is posted')
    .option('--retries <n>', 'max_retries, 0 to 10', argument(parseRetries), '0')
    .option(
      '--server <url>',
      'the server (default: where OUTDIAL_HTTP says)',
      argument(parseServer),
    )
    .option('--json', 'a JSON object a line: its call_id, then the call at each change')
    .addHelpText(
      'after',
      '\nThe account is the one of OUTDIAL_ACCOUNT. To follow the call, the command opens the' +
        "\nserver's store: run it with the server's settings.\nExit status: 0 answered, 1 otherwise.",
    )
    .action(async (number: string, options: CallOptions) => {
      const config = loadConfig(process.env)
      const server = options.server ?? httpUrl(config.http)
      const callId = await queueOverHttp(server, formOf(config, number, options))
      printAnswer(options.json, { call_id: callId }, `queued as call ${callId}`)
      const stopWatching = watchServer(server, (line) => console.error(`outdial: ${line}`))
      try {
        process.exitCode = (await follow(config, callId, number, options)) === 'answered' ? 0 : 1
      } finally {
        stopWatching()
      }
    })
}

function formOf(config: Config, number: string, options: CallOptions): Record<string, string> {
  return {
    ...accountOf(config),
    phone_number: number,
    start_url: options.url,
    max_retries: options.retries,
    ...(options.resultUrl === undefined ? {} : { result_url: options.resultUrl }),
  }
}

async function follow(
  config: Config,
  callId: number,
  number: string,
  { json }: CallOptions,
): Promise<string> {
  return withGround(config, async ({ ground }) => {
    for await (const progress of followCall(ground, callId)) {
      if (progress.phoneNumber !== number) break
      printAnswer(json, callView(progress), describeProgress(progress))
      if (progress.outcome !== undefined) return progress.outcome
    }
    throw new OutdialError(
      'call-not-found',
      `Call ${callId} is queued, but is not in the store of these settings. To follow it, give ` +
        "this command the server's DATABASE_URL or OUTDIAL_DATA.",
    )
  })
}

function parseRetries(text: string): string {
  if (/^([0-9]|10)$/.test(text)) return text
  throw new Error('It may be a whole number from 0 to 10.')
}
