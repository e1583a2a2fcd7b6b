import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { accountCommand } from './commands/account.ts'
import { backupCommand, restoreCommand } from './commands/backup.ts'
import { callCommand } from './commands/call.ts'
import { campaignCommand } from './commands/campaign.ts'
import { cancelCommand } from './commands/cancel.ts'
import { carrierCommand } from './commands/carrier.ts'
import { checkCommand } from './commands/check.ts'
import { completionCommand } from './commands/completion.ts'
import { demoCommand } from './commands/demo.ts'
import { dncCommand } from './commands/dnc.ts'
import { doctorCommand } from './commands/doctor.ts'
import { grammarCommand } from './commands/grammar.ts'
import { healthCommand } from './commands/health.ts'
import { holdCommand, resumeCommand } from './commands/hold.ts'
import { keyCommand } from './commands/key.ts'
import { loginCommand, logoutCommand } from './commands/login.ts'
import { mcpCommand } from './commands/mcp.ts'
import { migrateCommand } from './commands/migrate.ts'
import { previewCommand } from './commands/preview.ts'
import { pacingCommand, scheduleCommand } from './commands/profile.ts'
import { recordingCommand } from './commands/recording.ts'
import { resultsCommand } from './commands/results.ts'
import { serveCommand } from './commands/serve.ts'
import { timeCommand } from './commands/time.ts'
import { traceCommand } from './commands/trace.ts'
import { trunkCommand } from './commands/trunk.ts'
import { tryCommand } from './commands/try.ts'
import { userCommand } from './commands/user.ts'
import { watchCommand } from './commands/watch.ts'
import { whyCommand } from './commands/why.ts'

/** What a command is given that its help tells, and that takes long to load. */
export interface ProgramOptions {
  readonly carrierTable?: string
}

/** Every command, not yet run. What only runs it is loaded when it does: a start is to be quick. */
export function createProgram({ carrierTable }: ProgramOptions = {}): Command {
  const program = new Command('outdial')
    .description(
      'Self-hosted outbound voice: POST a number and a VoiceXML URL, get the result back.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpCommand(true)
    .configureHelp({ sortSubcommands: false })
    .addHelpText(
      'after',
      '\nExit status: 0 done, 1 failed or not all is well, 64 wrong command line.',
    )

  for (const command of [
    serveCommand(),
    demoCommand(),
    loginCommand(),
    logoutCommand(),
    callCommand(),
    watchCommand(),
    whyCommand(),
    traceCommand(),
    recordingCommand(),
    resultsCommand(),
    previewCommand(),
    cancelCommand(),
    campaignCommand(),
    holdCommand(),
    resumeCommand(),
    tryCommand(),
    checkCommand(),
    grammarCommand(),
    carrierCommand(carrierTable),
    accountCommand(),
    keyCommand(),
    userCommand(),
    dncCommand(),
    scheduleCommand(),
    pacingCommand(),
    trunkCommand(),
    timeCommand(),
    migrateCommand(),
    backupCommand(),
    restoreCommand(),
    doctorCommand(),
    healthCommand(),
    mcpCommand(),
    completionCommand(),
  ]) {
    program.addCommand(command)
  }
  speakAlike(program, 'outdial')
  return program
}

/** Beside `src/` in a checkout, beside `lib/` once installed. */
function readVersion(): string {
  const path = join(import.meta.dirname, '..', '..', 'package.json')
  return JSON.parse(readFileSync(path, 'utf8')).version
}

/** What commander says of a wrong command line is one sentence and where to look. */
function speakAlike(command: Command, path: string): void {
  command
    .exitOverride()
    .showHelpAfterError(`Run '${path} --help' to see how it is used.`)
    .configureOutput({
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'outdial: ').replace('\n\n', '\n')),
    })
  for (const child of command.commands) speakAlike(child, `${path} ${child.name()}`)
}
