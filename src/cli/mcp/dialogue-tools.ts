import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { type Config, checkDocuments, parseMoves, tryDialogue } from '#app'
import { OutdialError } from '#base'
import { answerWith, withFile } from './tool-answer.ts'

const DOCUMENT = {
  document: z.string().optional().describe('URL, or path of a file'),
  text: z.string().optional().describe('the document itself, instead of its URL or path'),
}

const MOVES =
  'What the caller does, in order, each at a point where the dialogue waits: {"dtmf":"1#"}, {"say":"chicago"}, ' +
  '{"silence":true}, {"nomatch":true}, {"hangup":true}, {"callee":"answeringmachine"}, {"beep":true}, ' +
  '{"transfer":"busy","durationMs":5000}, {"record":{"durationMs":3000,"termchar":"#"}}. After the last one the caller is silent.'

/** Tools that need no server, no store and no phone. */
export function addDialogueTools(server: McpServer, { limits }: Config): void {
  server.registerTool(
    'check_document',
    {
      title: 'Check a VoiceXML document or grammar',
      description: 'Says what is wrong with it, with line and column, as a compiler would.',
      inputSchema: z.object(DOCUMENT),
      annotations: { readOnlyHint: true },
    },
    (named) => answerWith(() => withDocument(named, check)),
  )
  server.registerTool(
    'try_dialogue',
    {
      title: 'Try a dialogue without a phone',
      description:
        'Runs a VoiceXML document in virtual time and answers what happened as JSON lines: fetch, prompt, listen, ' +
        'input, noinput, nomatch, record, transfer, log, throw, and at last end with its reason and value.',
      inputSchema: z.object({
        ...DOCUMENT,
        moves: z.array(z.record(z.string(), z.unknown())).default([]).describe(MOVES),
        params: z
          .record(z.string(), z.string())
          .default({})
          .describe('told to the document, as a call tells its fields'),
        trace: z.boolean().default(false).describe('adds the steps of the algorithm'),
      }),
      annotations: { readOnlyHint: true },
    },
    ({ moves, params, trace, ...named }) =>
      answerWith(() =>
        withDocument(named, async (document) => {
          const left = parseMoves(moves.map((move) => JSON.stringify(move)).join('\n'))
          const lines: string[] = []
          await tryDialogue({
            ...{ document, params, trace },
            ...(limits === undefined ? {} : { limits: limits.session }),
            nextMove: async () => left.shift(),
            onEvent: (event) => lines.push(JSON.stringify(event)),
          })
          return lines.join('\n')
        }),
      ),
  )
}

async function check(document: string): Promise<string> {
  const lines: string[] = []
  for await (const { line, column, severity, message } of checkDocuments([document])) {
    lines.push(`${line}:${column}: ${severity}: ${message}`)
  }
  return lines.length === 0 ? 'Nothing is wrong with it.' : lines.join('\n')
}

interface NamedDocument {
  readonly document?: string | undefined
  readonly text?: string | undefined
}

function withDocument(
  { document, text }: NamedDocument,
  work: (document: string) => Promise<string>,
): Promise<string> {
  if (document !== undefined && text === undefined) return work(document)
  if (text !== undefined && document === undefined) return withFile('document.vxml', text, work)
  throw new OutdialError(
    'tool-input-invalid',
    'Which document? Give either document, its URL or path, or text, the document itself.',
  )
}
