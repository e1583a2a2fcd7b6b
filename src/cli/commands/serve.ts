import { Command } from 'commander'
import { loadApp } from '../open-store.ts'
import { untilSignal } from '../until-signal.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('run the server: HTTP interface, scheduler, SIP, results')
    .addHelpText(
      'after',
      '\nSettings come from the environment and from ./outdial.env: docs/reference/config.md.\n' +
        'SIGTERM lets calls in progress finish (OUTDIAL_DRAIN seconds), then hangs up.',
    )
    .action(async () => {
      const { app, config } = await loadApp()
      const asked = untilSignal()
      const server = await app.run(config)
      void server.replaced.then(() => {
        console.error(
          'Another server has this node’s name: OUTDIAL_NODE must differ. This one ends.',
        )
        process.exit(1)
      })
      console.log(
        `Outdial is ready: POST ${app.httpUrl(server.httpAddress)}/webservice/queuecall.php`,
      )
      const signal = await asked
      const patience = `within ${config.drainSeconds} s; a second signal ends them at once`
      console.log(`${signal}: no new calls; calls in progress may finish ${patience}.`)
      await server.stop()
      console.log('Outdial has stopped.')
    })
}
