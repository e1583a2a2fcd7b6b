import { Command } from 'commander'
import { loadConfig, traceCall, type WrittenPcap, withGround, writeTracePcap } from '#app'
import { argument } from '../argument.ts'
import { describeTrace } from '../describe-trace.ts'
import { noSuchCall } from '../no-such-call.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'

interface TraceOptions {
  readonly json?: boolean
  readonly pcap?: string
}

export function traceCommand(): Command {
  return new Command('trace')
    .description(
      'say what happened in a call: SIP, audio, dialogue, database and result on one time line',
    )
    .argument('<call>', 'its call_id', argument(readCount))
    .option('--pcap <file>', 'write its SIP and, where recorded, its RTP to a file for Wireshark')
    .option('--json', 'print everything as one line of JSON')
    .action((callId: number, { json, pcap }: TraceOptions) =>
      withGround(loadConfig(process.env), async ({ ground }) => {
        const trace = await traceCall(ground.calls, { callId })
        if (trace === undefined) {
          throw noSuchCall(callId)
        }
        printAnswer(json, trace, describeTrace(trace))
        if (pcap === undefined) return
        const written = await writeTracePcap(ground.calls, trace, pcap)
        if (json !== true) console.log(describePcap(pcap, written))
      }),
    )
}

function describePcap(file: string, { messages, packets }: WrittenPcap): string {
  const why = packets > 0 ? '' : ' (recorded only while OUTDIAL_TRACE=packets)'
  return `\n${file} has ${messages} SIP messages and ${packets} RTP and RTCP packets${why}.`
}
