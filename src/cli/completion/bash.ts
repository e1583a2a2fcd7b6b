import type { Place } from './command-tree.ts'

/** Walks the words to the place they lead to, and offers what may stand there; else files. */
export function bashCompletion(places: readonly Place[]): string {
  return `# Completion of outdial for bash: source it, or put it where bash-completion looks.
_outdial() {
  local at=outdial word before=\${COMP_WORDS[COMP_CWORD-1]} current=\${COMP_WORDS[COMP_CWORD]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${places
        .slice(1)
        .map(({ path }) => `'${path}'`)
        .join(' | ')}) at="$at $word" ;;
    esac
  done
  COMPREPLY=()
  case "$at $before" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(placeCase).join('\n')}
  esac
}
complete -o default -F _outdial outdial
`
}

function valueCases({ path, options }: Place): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ name, choices }) => `    '${path} ${name}') ${offer(choices)} return ;;`)
}

function placeCase({ path, commands, options }: Place): string {
  const words = [...commands, ...options].map(({ name }) => name)
  return `    '${path}') ${offer(words)} ;;`
}

/** Nothing to offer leaves the field to files. */
function offer(words: readonly string[]): string {
  return words.length === 0 ? '' : `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"));`
}
