import { Command, Option } from 'commander'
import {
  addTrunk,
  describeTrunk,
  listTrunks,
  loadConfig,
  parseTrunkUri,
  readTrunkCredential,
  readTrunkTls,
  TRUNK_PARAMETERS,
  trunkView,
  withGround,
} from '#app'
import { errorMessage } from '#base'
import { argument } from '../argument.ts'
import { auditCommand } from '../audit-command.ts'
import { printAnswer } from '../print-answer.ts'

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
      argument(checkUri),
    )
    .option('--replace', 'overwrite the trunk of this name')
    .option('--json', 'as JSON')
  const options = TRUNK_PARAMETERS.map(({ name, may }) => {
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
      const trunk = readTrunk(command, uri + parameters.join(''), name)
      readTrunkTls(trunk)
      readTrunkCredential(trunk)
      await withGround(loadConfig(process.env), async ({ ground: { calls } }) => {
        await addTrunk(calls, trunk, { replace: given['replace'] === true })
        await auditCommand(calls, { action: 'createTrunk', subject: `trunk ${name}` })
      })
      printAnswer(
        given['json'] === true,
        trunkView(trunk),
        `Trunk ${name}: ${describeTrunk(trunk)}`,
      )
    })
}

function listCommand(): Command {
  return new Command('list')
    .description('show the trunks')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { json?: true }) => {
      const trunks = await withGround(loadConfig(process.env), ({ ground }) =>
        listTrunks(ground.calls),
      )
      if (trunks.length === 0 && !json) console.log('There is no trunk. Add one: outdial trunk add')
      for (const trunk of trunks) {
        printAnswer(json, trunkView(trunk), `${trunk.name}  ${describeTrunk(trunk)}`)
      }
    })
}

const AS_PARAMETERS =
  'All but --replace and --json may stand in the URI as well, as in OUTDIAL_TRUNK, with _ for -:\n' +
  '  outdial trunk add carrier "sip:user:password@sip.example.com;transport=tls;caller_id=6175550100"'

function checkUri(uri: string): string {
  parseTrunkUri(uri)
  return uri
}

/** What the options say counts as if it stood in the URI. Ends with status 64 where it cannot be. */
function readTrunk(command: Command, uri: string, name: string): ReturnType<typeof parseTrunkUri> {
  try {
    return parseTrunkUri(uri, name)
  } catch (error) {
    return command.error(`error: ${errorMessage(error)}`, { exitCode: 64 })
  }
}
