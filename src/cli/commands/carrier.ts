import { Command, Option } from 'commander'
import { errorMessage } from '#base'
import { untilSignal } from '../until-signal.ts'

const SIP_FLAGS = '--sip <address:port>'
const DEFAULT_ADDRESS = '127.0.0.1:5070'

/** `table`: what decides what a callee does, for the help; absent where that is not asked for. */
export function carrierCommand(table?: string): Command {
  const command = new Command('carrier')
    .description('a simulated telephone network: a SIP endpoint whose callees you choose by number')
    .addOption(new Option(SIP_FLAGS, 'where it listens').default(DEFAULT_ADDRESS, DEFAULT_ADDRESS))
    .option('--output <folder>', 'write what each callee heard there, as WAV, and a log')
    .option('--script <file>', 'JSON: phone number → behaviour, before the table')
    .action(async (options: { sip: string; output?: string; script?: string }) => {
      const app = await import('#app')
      const carrier = await app.runCarrier({
        bind: readAddress(command, () => app.parseHostPort(options.sip)),
        ...(options.output === undefined ? {} : { outputFolder: options.output }),
        ...(options.script === undefined ? {} : { scriptFile: options.script }),
        onEvent: (line) => console.log(line),
      })
      const { host, port } = carrier.address
      console.log(
        `The simulated carrier listens. OUTDIAL_TRUNK='sip:${host}:${port};transport=udp'`,
      )
      await untilSignal()
      await carrier.stop()
    })
  if (table === undefined) return command
  return command.addHelpText('after', `\nThe last two digits of the number decide:\n${table}`)
}

/** Ends with status 64 where it is none. */
function readAddress<Address>(command: Command, read: () => Address): Address {
  try {
    return read()
  } catch (error) {
    const sentence = `error: option '${SIP_FLAGS}' argument is invalid. ${errorMessage(error)}`
    return command.error(sentence, { exitCode: 64 })
  }
}
