import { Command } from 'commander'
import { runDemo } from '../demo/run-demo.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description('three real calls on this machine: server, simulated carrier, web application')
    .option('--output <folder>', 'where to write what the callees heard', 'demo-output')
    .action(async ({ output }: { output: string }) => {
      process.exitCode = (await runDemo(output)) ? 0 : 1
    })
}
