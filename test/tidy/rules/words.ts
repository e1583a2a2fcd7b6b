import type { SourceTree, Violation } from '../source-tree.ts'

interface BannedWord {
  readonly pattern: RegExp
  readonly problem: string
  readonly cure: string
  /** Only in TypeScript; default: in every text. */
  readonly inPrograms?: true
}

/** Written apart, so that this file does not hold what it forbids. */
const word = (...parts: string[]): string => parts.join('')

const BANNED: readonly BannedWord[] = [
  {
    pattern: new RegExp(`\\b(${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')})\\b`),
    problem: 'leaves work for later where nobody will look for it',
    cure: 'Do it, or open an issue.',
  },
  {
    pattern: new RegExp(
      `\\b${word('as', ' any')}(?! (?!as\\b)[a-z])\\b|${word('@ts-', '(ignore|nocheck)')}`,
    ),
    problem: 'switches the type checker off',
    cure: 'Give it its type; parse what comes from outside.',
    inPrograms: true,
  },
  {
    pattern: new RegExp(
      `/${word('wo', 'rk')}/[a-z]|/${word('home', '/')}[a-z]|/${word('Us', 'ers')}/[a-z]`,
    ),
    problem: 'holds a path of one machine',
    cure: 'Make it relative to the root.',
  },
  {
    pattern: new RegExp(`\\b${word('is', 'sue')} #?\\d`, 'i'),
    problem: 'names a number of a tracker that readers cannot see',
    cure: 'Say what it is about.',
  },
]

/** Words that stand for work not done, for checks not made, or for one machine. */
export function words(tree: SourceTree): Violation[] {
  const found = tree.texts.flatMap((file) =>
    file.text.split('\n').flatMap((text, index) =>
      BANNED.filter(
        ({ pattern, inPrograms }) =>
          pattern.test(text) && (inPrograms !== true || /\.tsx?$/.test(file.path)),
      ).map(({ pattern, problem, cure }) => ({
        path: file.path,
        line: index + 1,
        problem: `has "${pattern.exec(text)?.[0]}", which ${problem}.`,
        cure,
      })),
    ),
  )
  return [...found, ...foreignRegistries(tree)]
}

/** A lock file that names somebody's mirror cannot be installed anywhere else. */
function foreignRegistries(tree: SourceTree): Violation[] {
  return ['package-lock.json', '.npmrc'].flatMap((path) => {
    const lines = tree.file(path)?.text.split('\n') ?? []
    return lines.flatMap((text, index) => {
      const url = /"resolved":\s*"(http[^"]+)"|registry\s*=\s*(http\S+)/.exec(text)
      const host = URL.parse(url?.[1] ?? url?.[2] ?? '')?.host ?? ''
      if (host === '' || host === 'registry.npmjs.org') return []
      const problem = 'names a package registry that others cannot reach.'
      const cure =
        'Write the lock file with omit-lockfile-registry-resolved, or with the public one.'
      return [{ path, line: index + 1, problem, cure }]
    })
  })
}
