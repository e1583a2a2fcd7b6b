import { Command, Option } from 'commander'
import { errorMessage } from '#base'
import { auditCommand } from '../audit-command.ts'
import { loadApp, type Store, withStore } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'
import { TRUNK_OPTIONS } from '../trunk-options.ts'

export function trunkCommand(): Command {
  return new Command('trunk')
    .description('ways out to the telephone network')
    .addCommand(addCommand())
    .addCommand(listCommand())
}

function addCommand(): Command {
  const command = new Command('add')
    .description('add a trunk; serve uses it from its next start on')
    .argument('<name>', 'yours, to know it by')
    .argument(
      '<uri>',
      'sip:[user:password@]host[:port]; without a port its servers are looked up (SRV)',
    )
    .option('--replace', 'overwrite the trunk of this name')
    .option('--json', 'as JSON')
  const options = TRUNK_OPTIONS.map(([name, may]) => {
    const option = new Option(`--${name.replaceAll('_', '-')} <value>`, may)
    command.addOption(option)
    return { name, key: option.attributeName() }
  })
  return command
    .addHelpText('after', `\n${AS_PARAMETERS}`)
    .action(async (name: string, uri: string, given: Record<string, unknown>) => {
      const parameters = options.flatMap(({ name: parameter, key }) => {
        const value = given[key]
        return value === undefined ? [] : [`;${parameter}=${encodeURIComponent(String(value))}`]
      })
      const { app } = await loadApp()
      const trunk = readTrunk(command, () => app.parseTrunkUri(uri + parameters.join(''), name))
      app.readTrunkTls(trunk)
      app.readTrunkCredential(trunk)
      await withStore(async (store) => {
        await app.addTrunk(store.calls, trunk, { replace: given['replace'] === true })
        await auditCommand(store, { action: 'createTrunk', subject: `trunk ${name}` })
      })
      const text = `Trunk ${name}: ${app.describeTrunk(trunk)}`
      printAnswer(given['json'] === true, app.trunkView(trunk), text)
    })
}

function listCommand(): Command {
  return new Command('list')
    .description('show the trunks')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { json?: true }) => {
      const { app } = await loadApp()
      const trunks = await withStore(({ calls }) => app.listTrunks(calls))
      if (trunks.length === 0 && !json) console.log('There is no trunk. Add one: outdial trunk add')
      for (const trunk of trunks) {
        printAnswer(json, app.trunkView(trunk), `${trunk.name}  ${app.describeTrunk(trunk)}`)
      }
    })
}

type Trunk = ReturnType<Store['app']['parseTrunkUri']>

const AS_PARAMETERS =
  'All but --replace and --json may stand in the URI as well, as in OUTDIAL_TRUNK, with _ for -:\n' +
  '  outdial trunk add carrier "sip:user:password@sip.example.com;transport=tls;caller_id=6175550100"'

/** What the options say counts as if it stood in the URI. Ends with status 64 where it cannot be. */
function readTrunk(command: Command, read: () => Trunk): Trunk {
  try {
    return read()
  } catch (error) {
    return command.error(`error: ${errorMessage(error)}`, { exitCode: 64 })
  }
}
