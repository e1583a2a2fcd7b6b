import { Argument, Command } from 'commander'
import { bashCompletion } from '../completion/bash.ts'
import { type Place, placesOf } from '../completion/command-tree.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'

const SHELLS: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

export function completionCommand(): Command {
  return new Command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'yours').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
  bash  source <(outdial completion bash)
  zsh   source <(outdial completion zsh), after compinit
  fish  outdial completion fish | source`,
    )
    .action((shell: string, _options: object, command: Command) => {
      const program = command.parent ?? command
      process.stdout.write(SHELLS[shell]?.(placesOf(program)) ?? '')
    })
}
