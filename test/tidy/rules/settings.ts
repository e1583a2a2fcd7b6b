import type { SourceTree, Violation } from '../source-tree.ts'
import { documentedNames } from './error-codes.ts'

const PAGE = 'docs/reference/config.md'
const DECLARATION = 'src/app/config.ts'
const SETTING = /^(OUTDIAL_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL)$/

/** Every setting is declared in app/config.ts and told in the settings page, and no other is told. */
export function settings(tree: SourceTree): Violation[] {
  const declared = new Map(
    (tree.file(DECLARATION)?.scan.tokens ?? [])
      .filter(({ kind, text }) => kind === 'string' && SETTING.test(text))
      .map(({ text, line }) => [text, line]),
  )
  const told = documentedNames(tree.file(PAGE), SETTING)
  const untold = [...declared].filter(([name]) => !told.has(name))
  const idle = [...told].filter(([name]) => !declared.has(name))
  return [
    ...untold.map(([name, line]) => ({
      path: DECLARATION,
      line,
      problem: `reads ${name}, which ${PAGE} does not tell.`,
      cure: `Add a section "## \`${name}\`": what it does, its form, its default.`,
    })),
    ...idle.map(([name, line]) => ({
      path: PAGE,
      line,
      problem: `tells of ${name}, which ${DECLARATION} does not read.`,
      cure: 'Delete the section, or declare the setting.',
    })),
    ...undeclared(tree, declared),
  ]
}

/** Settings that are read or spoken of elsewhere. */
function undeclared(tree: SourceTree, declared: ReadonlyMap<string, number>): Violation[] {
  return tree.sources.flatMap((file) =>
    file.scan.tokens
      .filter(({ kind }) => kind === 'string' || kind === 'template')
      .flatMap(({ text, line }) =>
        [...text.matchAll(/\bOUTDIAL_[A-Z0-9_]*[A-Z0-9]\b/g)]
          .filter(([name]) => !declared.has(name))
          .map(([name]) => ({
            path: file.path,
            line,
            problem: `speaks of ${name}, which ${DECLARATION} does not declare.`,
            cure: 'Declare it there, or mend the name.',
          })),
      ),
  )
}
