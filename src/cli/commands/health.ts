import { Command } from 'commander'
import { argument } from '../argument.ts'
import { loadApp } from '../open-store.ts'
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
      const { app, config } = await loadApp()
      const url = server ?? app.httpUrl(config.http)
      const isReady = await app.serverAnswers(url)
      const text = isReady ? `${url} can accept calls` : `${url} cannot accept calls`
      printAnswer(json, { server: url, ready: isReady }, text)
      process.exitCode = isReady ? 0 : 1
    })
}
