import type { CatchNode, Executable, PromptNode } from '../document/vxml-document.ts'
import { PLATFORM_EVENTS } from './platform-event.ts'

/** VoiceXML 2.0 section 5.2.5: what the platform does where the author has said nothing. */
export type DefaultAction = 'reprompt' | 'stay' | 'exit'

export interface DefaultCatch extends CatchNode {
  readonly action: DefaultAction
}

const NOWHERE = { line: 0, column: 0 }

function say(text: string): PromptNode {
  return { kind: 'prompt', ...NOWHERE, count: 1, content: [{ kind: 'text', text }] }
}

function entry(event: string, action: DefaultAction, text?: string): DefaultCatch {
  const content: Executable[] = text === undefined ? [] : [say(text)]
  return { ...NOWHERE, events: [event], count: 1, content, action }
}

const FAILED = 'Sorry, an error has occurred. Goodbye.'
const NOT_UNDERSTOOD = 'Sorry, I did not understand that.'

/** Table 44. */
export const DEFAULT_CATCHES: readonly DefaultCatch[] = [
  entry('cancel', 'stay'),
  entry('error', 'exit', FAILED),
  entry('exit', 'exit'),
  entry('help', 'reprompt', 'Sorry, there is no help for this.'),
  entry('noinput', 'reprompt'),
  entry('nomatch', 'reprompt', NOT_UNDERSTOOD),
  entry('maxspeechtimeout', 'reprompt', NOT_UNDERSTOOD),
  entry('connection.disconnect', 'exit'),
  entry('', 'exit', FAILED),
]

/** Section 5.2.6: what the platform itself throws, apart from what is more precise. */
export const PREDEFINED_EVENTS: readonly string[] = [
  ...DEFAULT_CATCHES.flatMap(({ events }) => events).filter(
    (event) => event !== '' && event !== 'error',
  ),
  ...['connection.disconnect.hangup', 'connection.disconnect.transfer'],
  ...['error.badfetch', 'error.connection', 'error.noauthorization', 'error.semantic'],
  ...['error.unsupported', ...PLATFORM_EVENTS],
]
