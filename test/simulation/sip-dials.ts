import type { LoggedEvent } from './world/sim-log.ts'

/** One dial as the network carried it: what arrived at either side. Milliseconds of the world. */
export interface SimDial {
  readonly callId: string
  readonly number: string
  /** `host:port` of who dialled, and whom. */
  readonly from: string
  readonly to: string
  /** Branches of INVITEs without credentials: retransmissions share one. */
  readonly branches: Set<string>
  /** When the first INVITE left, also one that was lost; `atMs`: when one first arrived. */
  readonly sentMs: number
  readonly atMs: number
  /** A provisional response left the far end. */
  rangMs?: number
  cancelMs?: number
  /** The far end's 200 to INVITE left it, and arrived. */
  answeredMs?: number
  answerArrivedMs?: number
  byeMs?: number
  /** The final response that was no 2xx. */
  refused?: number
  /** The far end is certainly through with it. */
  endMs?: number
}

type Sip = LoggedEvent & { readonly kind: 'sip' }

/** The dials in a log of datagrams, in order. Reads nothing but the datagrams. */
export function dialsOf(events: readonly LoggedEvent[]): SimDial[] {
  const dials = new Map<string, SimDial>()
  /** By Call-ID: when an INVITE left that was lost. */
  const lost = new Map<string, number>()
  for (const event of events) {
    if (event.kind === 'sip') note(dials, lost, event)
    else if (event.kind === 'lost') {
      const callId = header(event.text, 'Call-ID')
      if (event.text.startsWith('INVITE ') && !lost.has(callId)) lost.set(callId, event.atMs)
      // More than to say that it is over the caller cannot do.
      const dial = dials.get(callId)
      if (/^(BYE|CANCEL) /.test(event.text) && dial !== undefined) dial.endMs ??= event.atMs
    }
  }
  return [...dials.values()]
}

function note(dials: Map<string, SimDial>, lost: Map<string, number>, event: Sip): void {
  const { text, atMs, sentMs } = event
  const callId = header(text, 'Call-ID')
  const [method = ''] = header(text, 'CSeq').split(' ').reverse()
  const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0)
  if (method === 'INVITE' && status === 0 && !/^To:.*;tag=/im.test(text)) {
    const number = /^INVITE sips?:([^@;]*)/.exec(text)?.[1] ?? ''
    const { from, to } = event
    const firstMs = Math.min(sentMs, lost.get(callId) ?? sentMs)
    const branches = new Set<string>()
    const fresh = { callId, number, from, to, sentMs: firstMs, atMs, branches }
    const dial = dials.get(callId) ?? fresh
    dials.set(callId, dial)
    if (!/^(Proxy-)?Authorization:/im.test(text)) {
      dial.branches.add(/branch=([^;\s,]+)/.exec(header(text, 'Via'))?.[1] ?? '')
    }
    return
  }
  const dial = dials.get(callId)
  if (dial === undefined) return
  if (method === 'INVITE' && status >= 180 && status < 200) dial.rangMs ??= sentMs
  if (method === 'INVITE' && status >= 200 && status < 300) {
    dial.answeredMs ??= sentMs
    dial.answerArrivedMs ??= atMs
  }
  if (method === 'INVITE' && status >= 300) {
    dial.refused ??= status
    dial.endMs ??= sentMs
  }
  if (method === 'CANCEL' && status === 0) {
    dial.cancelMs ??= atMs
    if (dial.answeredMs === undefined) dial.endMs ??= atMs
  }
  if (method === 'BYE' && status === 0) {
    dial.byeMs ??= sentMs
    dial.endMs ??= sentMs
  }
}

function header(text: string, name: string): string {
  return new RegExp(`^${name}:[ \\t]*(.*?)\\r?$`, 'im').exec(text)?.[1] ?? ''
}
