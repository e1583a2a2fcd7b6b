import { Command } from 'commander'
import type { Trace } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { describeTrace } from '../describe-trace.ts'
import { ask, type WhereOptions, whereOptions } from '../doors.ts'
import { noSuchCall } from '../no-such-call.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'
import { writePcap } from '../write-pcap.ts'

interface TraceOptions extends WhereOptions {
  readonly json?: true
  readonly pcap?: string
}

export function traceCommand(): Command {
  const command = new Command('trace')
    .description(
      'say what happened in a call: SIP, audio, dialogue, database and result on one time line',
    )
    .argument('<call>', 'its call_id', argument(readCount))
    .option('--pcap <file>', 'write its SIP and, where recorded, its RTP to a file for Wireshark')
    .option('--json', 'print everything as one line of JSON')
  return whereOptions(command).action(async (callId: number, options: TraceOptions) => {
    const { json, pcap, ...where } = options
    const trace = await traceOf(where, callId, pcap)
    printAnswer(json, trace, describeTrace(trace))
    if (pcap !== undefined && json !== true) console.log(describePcap(pcap, trace))
  })
}

/** `pcap`: the file that gets its packets. */
function traceOf(where: WhereOptions, call_id: number, pcap: string | undefined): Promise<Trace> {
  return ask(where, {
    server: async (client) => {
      if (pcap !== undefined) {
        const { body } = await client.getPcap({ call_id })
        await writePcap(pcap, body ?? ReadableStream.from([]))
      }
      return client.traceCall({ call_id })
    },
    store: async ({ app, calls }) => {
      const found = await app.traceCall(calls, { callId: call_id })
      if (found === undefined) throw noSuchCall(call_id)
      if (pcap !== undefined) await writePcap(pcap, await app.openPcap(calls, found))
      return asTold<Trace>(app.traceView(found))
    },
  })
}

function describePcap(file: string, { attempts }: Trace): string {
  const entries = attempts.flatMap((attempt) => attempt.entries)
  const messages = entries.filter(({ kind }) => kind === 'sip').length
  const audio = attempts.some((attempt) => attempt.packets_recorded)
    ? 'RTP and RTCP'
    : 'no RTP (recorded only while OUTDIAL_TRACE=packets)'
  return `\n${file} has ${messages} SIP messages, and ${audio}.`
}
