import { Command } from 'commander'
import { httpUrl, loadConfig, serverAnswers } from '#app'
import { argument } from '../argument.ts'
import { parseServer } from '../parse-server.ts'

export function healthCommand(): Command {
  return new Command('health')
    .description('whether the running server can accept calls, for supervisors and containers')
    .option(
      '--server <url>',
      'the server (default: where OUTDIAL_HTTP says)',
      argument(parseServer),
    )
    .addHelpText('after', '\nExit status: 0 it can, 1 it cannot, or nobody answers.')
    .action(async ({ server }: { readonly server?: string }) => {
      const url = server ?? httpUrl(loadConfig(process.env).http)
      const isReady = await serverAnswers(url)
      console.log(isReady ? `${url} can accept calls` : `${url} cannot accept calls`)
      process.exitCode = isReady ? 0 : 1
    })
}
