import { assert, failPoint, OutdialError } from '#base'
import { type Attempt, beginAttempt } from '#calls'
import { attestCaller, type ClaimedCall, dialledNumber, shownNumber, type Trunk } from '#model'
import { createOffer, type LocalMedia, type MediaStream } from '#rtp'
import type { InviteIdentity, InviteOptions } from '#sip'
import { chooseCallerId } from './choose-caller-id.ts'
import type { Dialer } from './dialer.ts'
import { localMediaFor } from './local-media.ts'
import type { AttemptTracer } from './trace/attempt-tracer.ts'
import { trunkEndpoint } from './trunk-watch.ts'

/** The way out that a call was given. */
export interface OutgoingLine {
  /** The one that it is on now. */
  readonly trunk: Trunk
  /** Resolves when the INVITE may leave: true; or at once where it must not any more: false. */
  readonly turn: () => Promise<boolean>
  /** To a trunk that this call has not tried, with a turn of its own; false where there is none. */
  readonly moveOn: () => Promise<boolean>
}

/** How a call leaves by one trunk. */
export interface Way {
  readonly trunk: Trunk
  readonly identity: InviteIdentity
  /** Shown to the callee; empty where none is. */
  readonly callerId: string
  readonly signed: Pick<InviteOptions, 'signedCaller'>
  /** The SDP offer. */
  readonly offer: string
  /** The local description, to be described again where the far end asks for a change. */
  readonly localMedia: LocalMedia
}

/** A call whose intent is stored: from here on the attempt counts, whatever happens. */
export interface PreparedCall extends Way {
  readonly attempt: Attempt
  readonly line: OutgoingLine
  readonly media: MediaStream
  readonly trace: AttemptTracer
}

/**
 * Opens a media port, makes the offer and the INVITE's identity, and commits the intent: an INVITE
 * never leaves without it. Throws, with nothing stored or sent, where no port is free, the claim was
 * lost, or the store cannot be written.
 */
export async function prepareCall(
  dialer: Dialer,
  claim: ClaimedCall,
  line: OutgoingLine,
  trace: AttemptTracer,
): Promise<PreparedCall> {
  const media = await dialer.media.openStream()
  try {
    const way = await findWay(dialer, claim, line, media)
    const intent = { trunk: way.trunk.name, invite: way.identity }
    const attempt = await trace.write('dialing', beginAttempt(dialer.calls, claim, intent))
    failPoint('d-intent-committed')
    trace.follow(way.identity.callId)
    trace.listenTo(media)
    dialer.traces.listenTo(trace, media)
    return { attempt, line, ...way, media, trace }
  } catch (error) {
    await media.close()
    throw error
  }
}

/**
 * The line's trunk, the INVITE's identity there and what it offers; where the servers of that trunk cannot be found, the next
 * one's. Rejects `sip-name-unresolved` where none is left.
 */
export async function findWay(
  dialer: Pick<Dialer, 'userAgent' | 'log' | 'random' | 'credentials'>,
  claim: ClaimedCall,
  line: OutgoingLine,
  media: MediaStream,
): Promise<Way> {
  const { trunk } = line
  const callerId = chooseCallerId(claim, trunk)
  try {
    const identity = await identifyInvite(dialer, trunk, claim.destination, callerId)
    const localMedia = localMediaFor(dialer, trunk, media)
    const offer = createOffer(localMedia)
    const signed = signCaller(dialer, trunk, claim.destination, callerId)
    const shown = callerId === undefined ? '' : shownNumber(callerId, trunk)
    return { trunk, identity, callerId: shown, signed, localMedia, offer }
  } catch (error) {
    if (!(error instanceof OutdialError) || error.code !== 'sip-name-unresolved') throw error
    if (!(await line.moveOn())) throw error
    dialer.log.warn('trunk not found', { trunk: trunk.name, error: error.message })
    return findWay(dialer, claim, line, media)
  }
}

/**
 * Who calls whom through which of the trunk's servers, as the trunk wants it said. `destination`: E.164;
 * `callerId`: as it was given.
 * Rejects `sip-name-unresolved`.
 */
export async function identifyInvite(
  { userAgent }: Pick<Dialer, 'userAgent'>,
  trunk: Trunk,
  destination: string,
  callerId: string | undefined,
): Promise<InviteIdentity> {
  const { host, port, username, password, withholdsCallerId, assertsIdentity } = trunk
  const [first, ...alternates] = await userAgent.locate(trunkEndpoint(trunk))
  assert(first !== undefined, 'a located trunk has a server')
  await userAgent.reach(first)
  return userAgent.prepareInvite({
    trunk: {
      ...first,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    },
    alternates: alternates.filter(({ transport }) => transport === first.transport),
    domain: { host, ...(port === undefined ? {} : { port }) },
    destination: dialledNumber(destination, trunk),
    ...(callerId === undefined ? {} : { callerId: shownNumber(callerId, trunk) }),
    ...(withholdsCallerId === undefined ? {} : { withholdCallerId: withholdsCallerId }),
    ...(assertsIdentity === undefined ? {} : { assertIdentity: assertsIdentity }),
  })
}

/** STIR: who calls whom, with what vouches for it, where the trunk has that. */
export function signCaller(
  { credentials }: Pick<Dialer, 'credentials'>,
  trunk: Trunk,
  destination: string,
  callerId: string | undefined,
): Pick<InviteOptions, 'signedCaller'> {
  const credential = credentials.get(trunk.name)
  const claims = attestCaller(trunk, destination, callerId)
  if (credential === undefined || claims === undefined) return {}
  return { signedCaller: { ...claims, credential } }
}
