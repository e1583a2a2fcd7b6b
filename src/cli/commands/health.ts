import { Command } from 'commander'
import { httpUrl, loadConfig, serverAnswers } from '#app'
import { argument } from '../argument.ts'
import { parseServer } from '../parse-server.ts'
import { printAnswer } from '../print-answer.ts'

export function healthCommand(): Command {
  return new Command('health')
    .description('whether the running server can accept calls, for supervisors and containers')
    .option(
      '--server <url>',
      'the server (default: where OUTDIAL_HTTP says)',
      argument(parseServer),
    )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit status: 0 it can, 1 it cannot, or nobody answers.')
    .action(async ({ server, json }: { readonly server?: string; readonly json?: true }) => {
      const url = server ?? httpUrl(loadConfig(process.env).http)
      const isReady = await serverAnswers(url)
      const text = isReady ? `${url} can accept calls` : `${url} cannot accept calls`
      printAnswer(json, { server: url, ready: isReady }, text)
      process.exitCode = isReady ? 0 : 1
    })
}
