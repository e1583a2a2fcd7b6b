import type { CompletedOption, Place } from './command-tree.ts'

/** Walks the words to the place they lead to, and offers what may stand there; else files. */
export function zshCompletion(places: readonly Place[]): string {
  return `#compdef outdial
# Completion of outdial for zsh: a file _outdial in a folder of $fpath.
_outdial() {
  local at=outdial word before=$words[CURRENT-1]
  local -a offered
  for word in \${words[2,CURRENT-1]}; do
    case "$at $word" in
      (${places
        .slice(1)
        .map(({ path }) => `'${path}'`)
        .join(' | ')}) at="$at $word" ;;
    esac
  done
  case "$at $before" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(placeCase).join('\n')}
  esac
  _describe outdial offered || _files
}
if [[ $funcstack[1] == _outdial ]]; then _outdial "$@"; else compdef _outdial outdial; fi
`
}

function valueCases({ path, options }: Place): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ name, choices }) => `    ('${path} ${name}') ${offerValue(choices)}; return ;;`)
}

function offerValue(choices: readonly string[]): string {
  return choices.length === 0 ? '_files' : `compadd -- ${choices.join(' ')}`
}

/** Options are offered where a dash was typed, as zsh does elsewhere. */
function placeCase({ path, commands, options }: Place): string {
  const subcommands = commands.map(described).join(' ')
  const dashes = options.map(described).join(' ')
  return `    ('${path}') if [[ $PREFIX == -* ]]; then offered=(${dashes}); else offered=(${subcommands}); fi ;;`
}

function described({ name, says }: Pick<CompletedOption, 'name' | 'says'>): string {
  return `'${name}:${says.replaceAll(':', '\\:')}'`
}
