import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeUlaw, tone } from '#audio'
import type { Trunk } from '#model'
import { freePort, udpPortTaken } from './program.ts'

/** What SIPp plays where a scenario says `prompt.ulaw`: so long a tone of this pitch. */
export const SIPP_TONE = { frequencyHz: 700, seconds: 3 }

const VIA_TO_CSEQ = `[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Record-Route:]
Contact: <sip:callee@[local_ip]:[local_port];transport=[transport]>`

const SDP = `v=0
o=callee 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [rtpstream_audio_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=sendrecv`

/** Steps of a SIPp scenario, callee's side. */
export const step = {
  receive: (method: string, inner = ''): string =>
    `<recv request="${method}" rrs="true">${inner}</recv>`,
  pause: (milliseconds: number): string => `<pause milliseconds="${milliseconds}"/>`,
  reply: (status: string, headers: readonly string[] = []): string =>
    message(status, [`SIP/2.0 ${status}`, VIA_TO_CSEQ, ...headers, 'Content-Length: 0'], ''),
  replyWithMedia: (status: string): string =>
    message(
      status,
      [`SIP/2.0 ${status}`, VIA_TO_CSEQ, 'Content-Type: application/sdp', 'Content-Length: [len]'],
      SDP,
    ),
  /** A request of the callee's own, after `rememberParties`; with a direction it carries an offer. */
  request: (method: string, cseq: number, direction?: string): string => {
    const body = direction === undefined ? '' : SDP.replace('sendrecv', direction)
    const type = direction === undefined ? '' : 'Content-Type: application/sdp\n'
    const again = method === 'ACK' ? '' : ' retrans="500"'
    return `<send${again}><![CDATA[
${method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$to];tag=[pid]SIPpTag[call_number]
To: [$from]
[last_Call-ID:]
CSeq: ${cseq} ${method}
Contact: <sip:callee@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
${type}Content-Length: [len]

${body}
]]></send>`
  },
  play: '<nop><action><exec rtp_stream="prompt.ulaw,1,0"/></action></nop>',
  goodBye: '<recv request="BYE"/>',
}

/** Final answers are sent again until their ACK or the next request comes; provisional ones are not. */
function message(status: string, head: readonly string[], body: string): string {
  const again = status.startsWith('1') ? '' : ' retrans="500"'
  return `<send${again}><![CDATA[\n${head.join('\n')}\n\n${body}\n]]></send>`
}

/** A SIPp process that takes calls as its scenario says. */
export class SippCallee {
  readonly port: number
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port
    this.#child = child
    this.#folder = folder
    this.ended = once(child, 'exit').then(([code]) => code)
  }

  /** `scenario`: the steps, or the path of a scenario file. `calls`: after so many it ends. */
  static async start(
    scenario: readonly string[] | string,
    { calls = 1, pauseMs = 300 }: { calls?: number; pauseMs?: number } = {},
  ): Promise<SippCallee> {
    const folder = mkdtempSync(join(tmpdir(), 'outdial-sipp-'))
    const file = join(folder, 'scenario.xml')
    const text =
      typeof scenario === 'string'
        ? readFileSync(scenario, 'utf8')
        : `<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario>\n${scenario.join('\n')}\n</scenario>\n`
    writeFileSync(file, text)
    const samples = tone({
      frequenciesHz: [SIPP_TONE.frequencyHz],
      durationMs: SIPP_TONE.seconds * 1000,
      levelDbm0: -10,
    })
    writeFileSync(join(folder, 'prompt.ulaw'), encodeUlaw(samples))
    const port = await freePort()
    const mediaPort = (await freePort()) & ~1
    const address = ['-i', '127.0.0.1', '-mi', '127.0.0.1', '-p', `${port}`]
    const media = ['-mp', `${mediaPort}`]
    const limits = ['-m', `${calls}`, '-d', `${pauseMs}`, '-timeout', '60s', '-timeout_error']
    const logs = ['-nostdin', '-trace_err', '-trace_msg']
    const child = spawn('sipp', ['-sf', file, ...address, ...media, ...limits, ...logs], {
      cwd: folder,
      stdio: 'ignore',
    })
    const callee = new SippCallee(port, child, folder)
    await udpPortTaken(port, callee.ended)
    return callee
  }

  /** Rejects unless the scenario went to its end as written. */
  async succeeded(): Promise<void> {
    const code = await this.ended
    if (code !== 0) throw new Error(`SIPp ended with ${code}.\n${this.notes()}`)
  }

  trunk(more: Partial<Trunk> = {}): Trunk {
    const invalidCallerId = 'decline' as const
    const address = { host: '127.0.0.1', port: this.port, transport: 'udp' as const }
    return { name: 'sipp', ...address, invalidCallerId, ...more }
  }

  /** What it logged: errors and messages. */
  notes(): string {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => readFileSync(join(this.#folder, name), 'utf8'))
      .join('\n')
  }

  stop(): void {
    this.#child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
