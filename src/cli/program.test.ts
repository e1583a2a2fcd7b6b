import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Command } from 'commander'
import { createProgram } from './program.ts'

const PAGE = join(import.meta.dirname, '../../docs/reference/cli.md')

/** Commands that print no answer: they go on and tell what happens, or what they print is no answer. */
const WITHOUT_JSON = ['serve', 'demo', 'carrier', 'mcp', 'completion'].map((it) => `outdial ${it}`)

describe('the commands', () => {
  const program = createProgram()
  const all = commandsOf(program, 'outdial')
  const leaves = all.filter(({ command }) => command.commands.length === 0)

  it('answer programs in JSON, all that answer', () => {
    const lack = leaves
      .filter(({ command }) => !command.options.some(({ long }) => long === '--json'))
      .map(({ path }) => path)
    assert.deepEqual(lack, WITHOUT_JSON)
  })

  it('have an exit status that their help and docs/reference/cli.md tell alike', () => {
    const told = all.slice(1).flatMap(({ command, path }) => {
      const status = /^Exit status: (.*)\.$/m.exec(helpOf(command))?.[1]
      return status === undefined ? [] : [`| \`${path}\` | ${status} |`]
    })
    const page = readFileSync(PAGE, 'utf8')
    const [, table = ''] =
      /\| Command \| Exit status \|\n\|---\|---\|\n((?:\|.*\n)*)/.exec(page) ?? []
    assert.deepEqual(table.trim().split('\n'), told)
    const forAll = /^Exit status: (.*)$/m.exec(helpOf(program))?.[1]
    assert.ok(forAll !== undefined && page.includes(`Every command: ${forAll}`))
  })
})

describe('the completion for bash', () => {
  const script = printed('bash')
  const cases: readonly (readonly [string, RegExp, RegExp?])[] = [
    ['outdial cam', /^campaign$/],
    ['outdial campaign ', /^create preview list status edit pause .* export.* --help$/, /serve/],
    ['outdial campaign exp', /^export$/],
    ['outdial campaign export 7 --fo', /^--format$/],
    ['outdial campaign export --format ', /^csv ndjson$/],
    ['outdial key add phone --role o', /^operator owner$/],
    ['outdial --server x watch --j', /^--json$/],
    ['outdial campaign create list', /^$/],
    ['outdial preview --rate ', /^$/],
    ['outdial completion campaign --', /^--help$/],
  ]

  it('offers what may stand there, and leaves the rest to files', () => {
    const lines = cases.map(([line]) => {
      const words = line.split(' ')
      return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
        _outdial; echo "\${COMPREPLY[*]}"`
    })
    const input = `set -u\n${script}\ncomplete -p outdial\n${lines.join('\n')}\n`
    const [complete, ...offers] = execFileSync('bash', ['--norc'], { input, encoding: 'utf8' })
      .replace(/\n$/, '')
      .split('\n')
    assert.equal(complete, 'complete -o default -F _outdial outdial')
    for (const [index, [line, offered, not]] of cases.entries()) {
      assert.match(offers[index] ?? '', offered, line)
      if (not !== undefined) assert.doesNotMatch(offers[index] ?? '', not, line)
    }
  })
})

describe('the completion for other shells', () => {
  const check: readonly (readonly [string, readonly string[]])[] = [
    ['zsh', ['-n']],
    ['fish', ['--no-execute']],
  ]
  for (const [shell, words] of check) {
    it(`is one that ${shell} can read`, {
      skip: !isInstalled(shell) && `${shell} is not installed`,
    }, () => {
      execFileSync(shell, [...words, '/dev/stdin'], { input: printed(shell) })
    })
  }
})

interface Named {
  readonly path: string
  readonly command: Command
}

function commandsOf(command: Command, path: string): Named[] {
  return [
    { path, command },
    ...command.commands.flatMap((child) => commandsOf(child, `${path} ${child.name()}`)),
  ]
}

/** All of it, with what is added after the options. */
function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (piece) => {
      text += piece
    },
  })
  command.outputHelp()
  return text
}

/** What `outdial completion SHELL` prints. */
function printed(shell: string): string {
  let text = ''
  const { write } = process.stdout
  process.stdout.write = (piece: string | Uint8Array): boolean => {
    text += piece
    return true
  }
  try {
    createProgram().parse(['completion', shell], { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return text
}

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
