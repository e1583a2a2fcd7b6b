import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { loadConfig, type Move, parseMoves, type TryEvent, tryDialogue } from '#app'
import { errorMessage, OutdialError } from '#base'
import { argument } from '../argument.ts'
import { describeEvent } from '../try/describe-event.ts'
import { Terminal } from '../try/terminal.ts'

interface TryOptions {
  readonly moves?: string
  readonly param: Readonly<Record<string, string>>
  readonly json: boolean
  readonly trace: boolean
}

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
      const { param: params, trace } = options
      const { limits } = loadConfig(process.env)
      const how = {
        params,
        trace,
        ...(limits === undefined ? {} : { limits: limits.session }),
        ...ways(options),
      }
      process.exitCode = (await tryDialogue({ document, ...how })) ? 0 : 1
    })
}

const HELP = `
Moves: {"dtmf":"1#"} {"say":"chicago"} {"silence":true} {"nomatch":true} {"hangup":true}
{"callee":"answeringmachine"} {"beep":true}
{"transfer":"busy","durationMs":5000,"say":"…"} {"record":{"durationMs":3000,"termchar":"#"}}; after
the last one the caller is silent. Without --moves and --json they are typed. Time is virtual.
Exit status: 0 ended by exit, disconnect or hang-up, 1 otherwise.`

interface Ways {
  readonly nextMove: (point: 'listen' | 'record' | 'transfer') => Promise<Move | undefined>
  readonly onEvent: (event: TryEvent) => void
}

/** Who moves, and how what happens is shown. */
function ways({ moves, json, trace }: TryOptions): Ways {
  const listed = moves === undefined ? [] : parseMoves(readMoves(moves))
  const fromList = async (): Promise<Move | undefined> => listed.shift()
  if (json) return { nextMove: fromList, onEvent: (event) => printJson(event, trace) }
  const terminal = new Terminal(process.stdin, process.stdout)
  return {
    nextMove: moves === undefined ? (point) => terminal.ask(point) : fromList,
    onEvent: (event) => terminal.show(event),
  }
}

/** Warnings are no events of a dialogue: they do not stand among them unless they are asked for. */
function printJson(event: TryEvent, trace: boolean): void {
  if (event.event === 'warning' && !trace) console.error(describeEvent(event))
  else console.log(JSON.stringify(event))
}

function readMoves(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OutdialError('move-invalid', `Moves cannot be read: ${errorMessage(cause)}`, {
      cause,
    })
  }
}

function addParam(text: string, given: Record<string, string>): Record<string, string> {
  return { ...given, ...argument(parseParam)(text) }
}

function parseParam(text: string): Record<string, string> {
  const equals = text.indexOf('=')
  if (equals < 1) throw new Error('It is not name=value, for example call_parameters=red.')
  return { [text.slice(0, equals)]: text.slice(equals + 1) }
}
