import { findFunctions } from '../functions.ts'
import type { SourceFile, SourceTree, Violation } from '../source-tree.ts'

const LONGEST_FILE = 600
const LONGEST_FUNCTION = 70

/** In the function, or right above it. */
const LONG_FUNCTION = /\btidy: long because \S+/
const LONG_FILE = /\btidy: long file because \S+/

/** What does not fit on a few screens is not read whole, and so not understood. */
export function sizes(tree: SourceTree): Violation[] {
  return tree.programs.flatMap((file) => [...fileTooLong(file), ...functionsTooLong(file)])
}

function fileTooLong(file: SourceFile): Violation[] {
  const lines = file.text.split('\n').length - 1
  const exempt = file.scan.comments.some(({ text }) => LONG_FILE.test(text))
  if (lines <= LONGEST_FILE || exempt) return []
  return [
    {
      path: file.path,
      line: LONGEST_FILE + 1,
      problem: `is ${lines} lines long; ${LONGEST_FILE} are the wall.`,
      cure: 'Give what can be named a file of its own, or say "// tidy: long file because …".',
    },
  ]
}

/** The groups of a test file may be as long as they like. */
function functionsTooLong(file: SourceFile): Violation[] {
  if (file.path.endsWith('.test.ts')) return []
  return findFunctions(file.scan.tokens)
    .filter(({ firstLine, lastLine }) => {
      if (lastLine - firstLine + 1 <= LONGEST_FUNCTION) return false
      return !file.scan.comments.some(
        ({ text, line }) => LONG_FUNCTION.test(text) && line >= firstLine - 1 && line <= lastLine,
      )
    })
    .map(({ name, firstLine, lastLine }) => ({
      path: file.path,
      line: firstLine,
      problem: `holds ${name}, ${lastLine - firstLine + 1} lines long; ${LONGEST_FUNCTION} are the limit.`,
      cure: 'Name its steps and move them below it, or say "// tidy: long because …" on top.',
    }))
}
