import { Command, Option } from 'commander'
import { describeCarrier, type HostPort, parseHostPort, runCarrier } from '#app'
import { argument } from '../argument.ts'
import { untilSignal } from '../until-signal.ts'

const DEFAULT_ADDRESS = '127.0.0.1:5070'

export function carrierCommand(): Command {
  return new Command('carrier')
    .description('a simulated telephone network: a SIP endpoint whose callees you choose by number')
    .addOption(
      new Option('--sip <address:port>', 'where it listens')
        .argParser(argument(parseHostPort))
        .default(parseHostPort(DEFAULT_ADDRESS), DEFAULT_ADDRESS),
    )
    .option('--output <folder>', 'write what each callee heard there, as WAV, and a log')
    .option('--script <file>', 'JSON: phone number → behaviour, before the table')
    .addHelpText('after', () => `\nThe last two digits of the number decide:\n${describeCarrier()}`)
    .action(async (options: { sip: HostPort; output?: string; script?: string }) => {
      const carrier = await runCarrier({
        bind: options.sip,
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
}
