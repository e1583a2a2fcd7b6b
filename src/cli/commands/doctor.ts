import { Command } from 'commander'
import { diagnose, type Finding, loadConfig } from '#app'

const SIGNS: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok     ',
  warning: 'WARNING',
  fault: 'FAULT  ',
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what is missing or misconfigured, and how to mend it')
    .addHelpText('after', '\nExit status: 0 all is well (warnings included), 1 there are faults.')
    .action(async () => {
      let faults = 0
      for await (const { what, state, detail, cure } of diagnose(loadConfig(process.env))) {
        console.log(`${SIGNS[state]}  ${what.padEnd(13)} ${detail}`)
        if (cure !== undefined) console.log(`${' '.repeat(22)} → ${cure}`)
        if (state === 'fault') faults++
      }
      console.log(
        faults === 0 ? 'No faults: outdial serve will run.' : `Faults to mend: ${faults}.`,
      )
      process.exitCode = faults === 0 ? 0 : 1
    })
}
