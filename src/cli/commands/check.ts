import { Command } from 'commander'
import { printAnswer } from '../print-answer.ts'

export function checkCommand(): Command {
  return new Command('check')
    .description('say what is wrong with VoiceXML documents and grammars, as a compiler would')
    .argument('<documents...>', 'URLs or files')
    .option('--json', 'one JSON object a fault')
    .addHelpText('after', '\nExit status: 0 no errors (warnings included), 1 there are errors.')
    .action(async (documents: string[], { json }: { json?: true }) => {
      const { checkDocuments } = await import('#app')
      const counts = { error: 0, warning: 0 }
      for await (const fault of checkDocuments(documents)) {
        const { document, line, column, severity, message } = fault
        counts[severity] += 1
        printAnswer(json, fault, `${document}:${line}:${column}: ${severity}: ${message}`)
      }
      const { error, warning } = counts
      if (error + warning > 0 && !json)
        console.error(`${count(error, 'error')}, ${count(warning, 'warning')}`)
      process.exitCode = error === 0 ? 0 : 1
    })
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
