import type { SourceTree, Violation } from '../source-tree.ts'
import { documentedNames } from './error-codes.ts'

const PAGE = 'docs/reference/config.md'
const DECLARATION = 'src/base/setting-texts.ts'
/** Read with the list itself. */
const FILE_SETTING = 'OUTDIAL_CONFIG'
const SETTING = /^(OUTDIAL_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL)$/

/** Every setting is named in one list, read by somebody and told in the settings page, and no other is told. */
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
      problem: `names ${name}, which ${PAGE} does not tell.`,
      cure: `Add a section "## \`${name}\`": what it does, its form, its default.`,
    })),
    ...idle.map(([name, line]) => ({
      path: PAGE,
      line,
      problem: `tells of ${name}, which ${DECLARATION} does not name.`,
      cure: 'Delete the section, or name the setting.',
    })),
    ...unread(tree, declared),
    ...undeclared(tree, declared),
  ]
}

/** Settings that are named and do nothing. */
function unread(tree: SourceTree, declared: ReadonlyMap<string, number>): Violation[] {
  const readers = tree.sources.filter(({ path }) => path !== DECLARATION)
  const spoken = new Set(
    readers.flatMap(({ scan }) =>
      scan.tokens.flatMap((one) => (one.kind === 'string' ? [one.text] : [])),
    ),
  )
  return [...declared]
    .filter(([name]) => !spoken.has(name) && name !== FILE_SETTING)
    .map(([name, line]) => ({
      path: DECLARATION,
      line,
      problem: `names ${name}, which nothing reads.`,
      cure: 'Read it in app/config.ts, or delete the name.',
    }))
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
            problem: `speaks of ${name}, which ${DECLARATION} does not name.`,
            cure: 'Name it there, or mend the name.',
          })),
      ),
  )
}
