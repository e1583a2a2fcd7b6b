import { Command } from 'commander'
import { loadApp } from '../open-store.ts'

export function mcpCommand(): Command {
  return new Command('mcp')
    .description(
      'tools for an assistant, by the Model Context Protocol on standard input and output',
    )
    .addHelpText(
      'after',
      `
Tools: check_document, try_dialogue, preview_campaign, read_trace, queue_test_call. The last one needs a
running server, and dials only numbers that OUTDIAL_TEST_NUMBERS names. Enter it with your assistant
as a command: {"command": "outdial", "args": ["mcp"]}, with the server's settings.`,
    )
    .action(async () => {
      // No other command waits for what only this one needs.
      const { serveMcp } = await import('../mcp/serve-mcp.ts')
      const { config } = await loadApp()
      await serveMcp(config)
    })
}
