import type { Command } from 'commander'

/** What may stand after some words of a command line. */
export interface Place {
  /** The words, `outdial` first: `outdial campaign`. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly says: string }[]
  readonly options: readonly CompletedOption[]
}

export interface CompletedOption {
  /** With its dashes. */
  readonly name: string
  readonly says: string
  readonly takesValue: boolean
  /** Empty: any value. */
  readonly choices: readonly string[]
}

/** Every place of a program, those that are before others first. */
export function placesOf(command: Command, before = ''): readonly Place[] {
  const path = `${before}${command.name()}`
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const place: Place = {
    path,
    commands: commands.map((child) => ({ name: child.name(), says: line(child.description()) })),
    options: help.visibleOptions(command).map((option) => ({
      name: option.long ?? option.short ?? '',
      says: line(option.description),
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    })),
  }
  return [place, ...commands.flatMap((child) => placesOf(child, `${path} `))]
}

/** In single quotes every shell takes these as they are. */
function line(text: string): string {
  return text.replaceAll(/['\\\n]/g, ' ')
}
