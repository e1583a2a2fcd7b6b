import { Command } from 'commander'
import type { WrittenPcap } from '#app'
import type { Trace } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { describeTrace } from '../describe-trace.ts'
import { ask, storeOnly, type WhereOptions, whereOptions } from '../doors.ts'
import { noSuchCall } from '../no-such-call.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

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
    .option(
      '--pcap <file>',
      'write its SIP and, where recorded, its RTP to a file for Wireshark (of the store)',
    )
    .option('--json', 'print everything as one line of JSON')
  return whereOptions(command).action(async (callId: number, options: TraceOptions) => {
    const { json, pcap, ...where } = options
    const { trace, written } = await traceOf(where, callId, pcap)
    printAnswer(json, trace, describeTrace(trace))
    if (pcap !== undefined && written !== undefined && json !== true) {
      console.log(describePcap(pcap, written))
    }
  })
}

interface Traced {
  readonly trace: Trace
  readonly written?: WrittenPcap
}

function traceOf(where: WhereOptions, callId: number, pcap: string | undefined): Promise<Traced> {
  return ask(where, {
    server: async (client) => {
      if (pcap !== undefined) {
        throw storeOnly('A server gives no packets: run outdial trace --pcap beside its store')
      }
      return { trace: await client.traceCall({ call_id: callId }) }
    },
    store: async ({ app, calls }) => {
      const found = await app.traceCall(calls, { callId })
      if (found === undefined) throw noSuchCall(callId)
      const trace = asTold<Trace>(app.traceView(found))
      if (pcap === undefined) return { trace }
      return { trace, written: await app.writeTracePcap(calls, found, pcap) }
    },
  })
}

function describePcap(file: string, { messages, packets }: WrittenPcap): string {
  const why = packets > 0 ? '' : ' (recorded only while OUTDIAL_TRACE=packets)'
  return `\n${file} has ${messages} SIP messages and ${packets} RTP and RTCP packets${why}.`
}
