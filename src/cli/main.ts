import { CommanderError } from 'commander'
import { OutdialError } from '#base'
import { OutdialApiError } from '#client'
import { createProgram, type ProgramOptions } from './program.ts'

/** sysexits.h EX_USAGE: the command line was wrong. */
const EXIT_USAGE = 64

// Who reads our output may leave (`outdial carrier | head`); that is no reason to end a call.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

try {
  await createProgram(await optionsFor(process.argv.slice(2))).parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** The simulated network’s table is told by the help of its command, whichever way that is asked for. */
async function optionsFor(words: readonly string[]): Promise<ProgramOptions> {
  if (!words.slice(0, 2).includes('carrier')) return {}
  const { describeCarrier } = await import('#app')
  return { carrierTable: describeCarrier() }
}

/** Prints what went wrong, once, in a sentence; a stack only for our own mistakes. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
  if (error instanceof OutdialError) {
    console.error(`outdial: ${error.message} [${error.code}]`)
    return 1
  }
  if (error instanceof OutdialApiError) {
    const isStranger = error.status === 401
    const cure = isStranger ? ' Log in again (outdial login URL), or set OUTDIAL_KEY.' : ''
    console.error(`outdial: ${error.message}${cure} [${error.code}]`)
    return 1
  }
  console.error(error)
  return 1
}
