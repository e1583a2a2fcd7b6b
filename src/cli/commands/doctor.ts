import { Command } from 'commander'
import type { Finding } from '#app'
import { loadApp } from '../open-store.ts'
import { printAnswer } from '../print-answer.ts'

const SIGNS: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok     ',
  warning: 'WARNING',
  fault: 'FAULT  ',
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what is missing or misconfigured, and how to mend it')
    .option('--json', 'one JSON object a finding')
    .addHelpText('after', '\nExit status: 0 all is well (warnings included), 1 there are faults.')
    .action(async ({ json }: { json?: true }) => {
      const { app, config } = await loadApp()
      let faults = 0
      for await (const finding of app.diagnose(config)) {
        printAnswer(json, finding, describeFinding(finding))
        if (finding.state === 'fault') faults++
      }
      const summary =
        faults === 0 ? 'No faults: outdial serve will run.' : `Faults to mend: ${faults}.`
      if (!json) console.log(summary)
      process.exitCode = faults === 0 ? 0 : 1
    })
}

function describeFinding({ what, state, detail, cure }: Finding): string {
  const line = `${SIGNS[state]}  ${what.padEnd(13)} ${detail}`
  return cure === undefined ? line : `${line}\n${' '.repeat(22)} → ${cure}`
}
