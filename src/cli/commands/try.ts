import { Command } from 'commander'
import { argument } from '../argument.ts'
import type { TryOptions } from '../try/run-try.ts'

export function tryCommand(): Command {
  return new Command('try')
    .description('hold a dialogue in the terminal, without a phone')
    .argument('<document>', 'URL or file of the VoiceXML document')
    .option('--moves <file>', 'what the caller does: a JSON object a line, used in order')
    .option('--param <k=v>', 'tell the document, as a call would; may be repeated', addParam, {})
    .option('--json', 'print what happens as JSON lines', false)
    .option('--trace', 'show the steps of the form interpretation algorithm', false)
    .addHelpText('after', HELP)
    .action(async (document: string, options: TryOptions) => {
      // Only a dialogue that is held waits for what holds it.
      const { runTry } = await import('../try/run-try.ts')
      process.exitCode = (await runTry(document, options)) ? 0 : 1
    })
}

const HELP = `
Moves: {"dtmf":"1#"} {"say":"chicago"} {"silence":true} {"nomatch":true} {"hangup":true}
{"callee":"answeringmachine"} {"beep":true}
{"transfer":"busy","durationMs":5000,"say":"…"} {"record":{"durationMs":3000,"termchar":"#"}}; after
the last one the caller is silent. Without --moves and --json they are typed. Time is virtual.
Exit status: 0 ended by exit, disconnect or hang-up, 1 otherwise.`

function addParam(text: string, given: Record<string, string>): Record<string, string> {
  return { ...given, ...argument(parseParam)(text) }
}

function parseParam(text: string): Record<string, string> {
  const equals = text.indexOf('=')
  if (equals < 1) throw new Error('It is not name=value, for example call_parameters=red.')
  return { [text.slice(0, equals)]: text.slice(equals + 1) }
}
