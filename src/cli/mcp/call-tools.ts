import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import {
  CAMPAIGN_FIELDS,
  type Config,
  httpUrl,
  previewList,
  previewView,
  queueOverHttp,
  readPhoneNumber,
  traceCall,
  traceView,
  withGround,
} from '#app'
import { OutdialError } from '#base'
import { asTold } from '../as-told.ts'
import { describePreview } from '../describe-preview.ts'
import { describeTrace } from '../describe-trace.ts'
import { accountOf, loginOf } from '../login-of.ts'
import { noSuchCall } from '../no-such-call.ts'
import { answerWith, withFile } from './tool-answer.ts'

/** Tools about calls, which need the store of a server, or the server itself. */
export function addCallTools(server: McpServer, config: Config): void {
  server.registerTool(
    'preview_campaign',
    {
      title: 'Preview a campaign',
      description:
        'Says what would become of a list: refused and suppressed rows, calls an hour, lines, and when the last ' +
        'call would end. Dials and stores nothing.',
      inputSchema: z.object({
        list: z
          .string()
          .describe('the list as queuecalls.php takes it: CSV, its first column destination'),
        account: z.string().optional().describe('login (default: that of OUTDIAL_ACCOUNT)'),
        scheduled_time: z.string().default('now').describe('when it begins, e.g. tomorrow 9am'),
        settings: z
          .record(z.string(), z.union([z.string(), z.number()]))
          .default({})
          .describe(`of the campaign: ${CAMPAIGN_FIELDS.join(', ')}`),
      }),
      annotations: { readOnlyHint: true },
    },
    ({ list, account, scheduled_time: scheduledTime, settings }) =>
      answerWith(() =>
        withFile('list.csv', list, async (file) => {
          const preview = await previewList(config, {
            ...{ file, login: loginOf(config, account), fields: settings },
            ...{ scheduled: { text: scheduledTime }, expiration: {} },
            ...{ duplicates: 'keep', onError: 'skip', seed: '1' },
          })
          return describePreview(asTold(previewView(preview)))
        }),
      ),
  )
  server.registerTool(
    'read_trace',
    {
      title: 'Read the trace of a call',
      description:
        'What happened in a call: SIP, audio, dialogue, database and result on one time line.',
      inputSchema: z.object({ call_id: z.number().int().positive() }),
      annotations: { readOnlyHint: true },
    },
    ({ call_id: callId }) => answerWith(() => readTrace(config, callId)),
  )
  server.registerTool(
    'queue_test_call',
    {
      title: 'Call a test number',
      description: `Queues a real phone call. ${permitted(config)}`,
      inputSchema: z.object({
        phone_number: z.string(),
        start_url: z.string().describe('URL of the VoiceXML document'),
        result_url: z.string().optional().describe('where the result is posted'),
        call_parameters: z.string().optional().describe('handed to the document'),
      }),
      annotations: { destructiveHint: true },
    },
    (fields) => answerWith(() => queueTestCall(config, fields)),
  )
}

function readTrace(config: Config, callId: number): Promise<string> {
  return withGround(config, async ({ ground }) => {
    const trace = await traceCall(ground.calls, { callId })
    if (trace !== undefined) return describeTrace(asTold(traceView(trace)))
    throw noSuchCall(callId)
  })
}

interface TestCall {
  readonly phone_number: string
  readonly start_url: string
  readonly result_url?: string | undefined
  readonly call_parameters?: string | undefined
}

async function queueTestCall(config: Config, fields: TestCall): Promise<string> {
  const { testNumbers = [], http } = config
  const { destination } = readPhoneNumber(fields.phone_number)
  if (!testNumbers.includes(destination)) {
    const sentence = `${destination} is no test number. ${permitted(config)}`
    throw new OutdialError('number-not-permitted', sentence, { field: 'phone_number' })
  }
  const given = Object.entries({ ...accountOf(config), ...fields }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const callId = await queueOverHttp(httpUrl(http), Object.fromEntries(given))
  return `Queued as call ${callId}. read_trace tells what becomes of it.`
}

function permitted({ testNumbers = [] }: Config): string {
  return testNumbers.length === 0
    ? 'No number may be called: OUTDIAL_TEST_NUMBERS names none.'
    : `Only these numbers may be called: ${testNumbers.join(', ')}.`
}
