import { Command } from 'commander'

export function demoCommand(): Command {
  return new Command('demo')
    .description('three real calls on this machine: server, simulated carrier, web application')
    .option('--output <folder>', 'where to write what the callees heard', 'demo-output')
    .action(async ({ output }: { output: string }) => {
      const { runDemo } = await import('../demo/run-demo.ts')
      process.exitCode = (await runDemo(output)) ? 0 : 1
    })
}
