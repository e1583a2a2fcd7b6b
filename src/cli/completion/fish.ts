import type { CompletedOption, Place } from './command-tree.ts'

/** A rule for each thing that may stand at a place; fish shows what it says beside it. */
export function fishCompletion(places: readonly Place[]): string {
  return `# Completion of outdial for fish: ~/.config/fish/completions/outdial.fish
function __outdial_at
  set -l at outdial
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
      case ${places
        .slice(1)
        .map(({ path }) => `'${path}'`)
        .join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
${places.flatMap(rules).join('\n')}
`
}

function rules({ path, commands, options }: Place): string[] {
  const rule = `complete -c outdial -n '__outdial_at "${path}"'`
  return [
    ...commands.map(({ name, says }) => `${rule} -f -a '${name}' -d '${says}'`),
    ...options.map((option) => `${rule} ${named(option)} -d '${option.says}'`),
  ]
}

function named({ name, takesValue, choices }: CompletedOption): string {
  const flag = `-l '${name.replace(/^--/, '')}'`
  if (choices.length > 0) return `${flag} -x -a '${choices.join(' ')}'`
  return takesValue ? `${flag} -r` : flag
}
