import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** A line that is typed on the terminal, whose name stands before it. */
export function askLine(question: string): Promise<string> {
  return ask(question, process.stderr)
}

/** The same, of which nothing is seen. */
export async function askSecret(question: string): Promise<string> {
  const nothing = new Writable({ write: (_piece, _encoding, done) => done() })
  // The terminal has ceased to echo before the question is seen.
  const answer = ask('', nothing)
  process.stderr.write(question)
  try {
    return await answer
  } finally {
    process.stderr.write('\n')
  }
}

async function ask(question: string, output: NodeJS.WritableStream): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  const gone = new AbortController()
  // Ctrl-C and Ctrl-D, which readline takes for itself.
  terminal.on('SIGINT', () => gone.abort())
  terminal.on('close', () => gone.abort())
  try {
    return (await terminal.question(question, { signal: gone.signal })).trim()
  } catch {
    process.exit(130)
  } finally {
    terminal.close()
  }
}
