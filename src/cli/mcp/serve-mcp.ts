import { once } from 'node:events'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { type Config, VERSION } from '#app'
import { addCallTools } from './call-tools.ts'
import { addDialogueTools } from './dialogue-tools.ts'

/** Serves the tools on standard input and output until the input ends. */
export async function serveMcp(config: Config): Promise<void> {
  const connection = serveStdio(() => {
    const server = new McpServer(
      { name: 'outdial', version: VERSION },
      { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
    )
    addDialogueTools(server, config)
    addCallTools(server, config)
    return server
  })
  await once(process.stdin, 'end')
  await connection.close()
}

const INSTRUCTIONS =
  'Outdial places phone calls whose dialogues are VoiceXML documents. Check a document, then try its ' +
  'dialogue without a phone, before anybody is called. A campaign is previewed before its list is uploaded.'
