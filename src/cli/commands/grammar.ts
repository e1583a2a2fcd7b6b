import { Command } from 'commander'
import type { GrammarAnswer } from '#app'

interface GrammarOptions {
  readonly input: string
  readonly rule: readonly string[]
  readonly xml: boolean
  readonly json: boolean
}

export function grammarCommand(): Command {
  return new Command('grammar')
    .description('say how a grammar (SRGS XML, ABNF or JSGF) matches an input, and what it means')
    .argument(
      '<grammar>',
      'URL or file of the grammar, or a builtin type such as builtin:dtmf/digits?length=4',
    )
    .requiredOption('--input <text>', 'words, or keys with or without blanks between')
    .option('--rule <name>', 'activate this rule, not the root; may be repeated', add, [])
    .option('--xml', 'write the interpretation as XML too', false)
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', '\nExit status: 0 matched or not, 1 the grammar cannot be loaded.')
    .action(async (grammar: string, { input, rule: rules, xml, json }: GrammarOptions) => {
      const { tryGrammar } = await import('#app')
      const answer = await tryGrammar(grammar, { input, rules, xml })
      if (json) console.log(JSON.stringify(answer))
      else show(answer)
      process.exitCode = 'error' in answer ? 1 : 0
    })
}

function show(answer: GrammarAnswer): void {
  if ('error' in answer) {
    const { uri, line, column, message, code } = answer.error
    console.error(`outdial: ${uri}:${line}:${column}: ${message} [${code}]`)
    return
  }
  console.log(`match           ${answer.match}`)
  if (answer.match === 'reject') return
  console.log(`parse           ${answer.parse}`)
  const fault = answer.interpretationError
  if (fault === undefined) console.log(`interpretation  ${JSON.stringify(answer.interpretation)}`)
  else console.log(`interpretation  failed: ${fault.message} [${fault.code}]`)
  if (answer.xml !== undefined) console.log(`xml             ${answer.xml}`)
}

function add(name: string, given: readonly string[]): string[] {
  return [...given, name]
}
