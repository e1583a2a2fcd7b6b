import { step } from './sipp.ts'

// What a SIPp scenario needs beside its plain steps. SIPp wants every variable used that was assigned.

/** Takes the INVITE and keeps headers of it, for `toInvite` and for requests of the callee's own. */
export function take(...headers: readonly string[]): string {
  return step.receive('INVITE', `<action>${headers.map(keep).join('')}</action>`)
}

export function keep(header: string): string {
  const name = header.toLowerCase()
  return `<ereg regexp=".*" search_in="hdr" header="${header}:" assign_to="${name}"/>`
}

/** A reply to the INVITE, whatever was received since. */
export function toInvite(reply: string): string {
  return reply.replace('[last_Via:]', 'Via:[$via]').replace('[last_CSeq:]', 'CSeq:[$cseq]')
}

const OWN_TAG = ';tag=[pid]SIPpTag[call_number]'

/** By another branch of a fork. */
export function ofFork(reply: string, branch: string): string {
  return reply.replace(OWN_TAG, `;tag=fork-${branch}`)
}

/** Without adding a tag: inside a dialog it is there already. */
export function tagless(reply: string): string {
  return reply.replace(OWN_TAG, '')
}

/** It is not sent again. */
export function once(reply: string): string {
  return reply.replace(' retrans="500"', '')
}

export function expect(status: number): string {
  return `<recv response="${status}" rrs="true"/>`
}

export const hangUp: readonly string[] = [step.goodBye, step.reply('200 OK')]
