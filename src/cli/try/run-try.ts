import { readFileSync } from 'node:fs'
import { loadConfig, type Move, parseMoves, type TryEvent, tryDialogue } from '#app'
import { errorMessage, OutdialError } from '#base'
import { describeEvent } from './describe-event.ts'
import { Terminal } from './terminal.ts'

export interface TryOptions {
  readonly moves?: string
  readonly param: Readonly<Record<string, string>>
  readonly json: boolean
  readonly trace: boolean
}

/** Holds a dialogue in the terminal. False where it did not end well. */
export function runTry(document: string, options: TryOptions): Promise<boolean> {
  const { param: params, trace } = options
  const { limits } = loadConfig(process.env)
  return tryDialogue({
    ...{ document, params, trace },
    ...(limits === undefined ? {} : { limits: limits.session }),
    ...ways(options),
  })
}

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
