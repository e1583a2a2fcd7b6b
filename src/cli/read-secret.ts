import { text } from 'node:stream/consumers'
import { askSecret } from './server/ask-secret.ts'

/**
 * A PIN or a password: typed on the terminal, where nothing of it is seen, else the whole of standard input. On the
 * command line everybody on the machine could read it.
 */
export async function readSecret(question: string): Promise<string> {
  if (process.stdin.isTTY === true) return askSecret(question)
  return (await text(process.stdin)).replace(/\r?\n$/, '')
}
