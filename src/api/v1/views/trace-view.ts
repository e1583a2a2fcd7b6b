import type { CallTrace } from '#calls'
import type { TracedMedia, TraceEntry } from '#model'

type Attempt = CallTrace['attempts'][number]

/** What happened in a call, in the words of the interface; times are ISO 8601, or milliseconds since `began_at`. */
export function traceView(trace: CallTrace): object {
  return {
    call_id: trace.callId,
    campaign_name: trace.campaignName,
    destination: trace.destination,
    state: trace.state,
    outcome: trace.outcome,
    cause: trace.cause,
    attempts: trace.attempts.map(attemptView),
  }
}

function attemptView(attempt: Attempt): object {
  return {
    attempt: attempt.attempt,
    trunk: attempt.trunk,
    state: attempt.state,
    outcome: attempt.outcome,
    cause: attempt.cause,
    began_at: attempt.beganAt,
    completeness: attempt.completeness,
    packets_recorded: attempt.packets !== undefined,
    packets_left_out: attempt.packets?.leftOut ?? 0,
    left_out: attempt.leftOut ?? 0,
    media: attempt.media === undefined ? null : mediaView(attempt.media),
    entries: attempt.entries.map(entryView),
  }
}

function mediaView(media: TracedMedia): object {
  const { atPeer } = media
  return {
    packets_sent: media.packetsSent,
    packets_received: media.packetsReceived,
    packets_lost: media.packetsLost,
    packets_discarded: media.packetsDiscarded,
    packets_ignored: media.packetsIgnored,
    jitter_ms: media.jitterMs,
    buffer_ms: media.bufferMs,
    round_trip_ms: media.roundTripMs,
    mos: media.mos,
    at_peer: atPeer && {
      packets_lost: atPeer.packetsLost,
      jitter_ms: atPeer.jitterMs,
      mos: atPeer.mos,
    },
  }
}

function entryView({ atMs, ...entry }: TraceEntry): object {
  const at_ms = atMs
  switch (entry.kind) {
    case 'write': {
      const { tookMs, ...write } = entry
      return { at_ms, ...write, took_ms: tookMs }
    }
    case 'post': {
      const { tookMs, httpStatus, ...post } = entry
      return { at_ms, ...post, http_status: httpStatus, took_ms: tookMs }
    }
    case 'media': {
      if (entry.event === 'callee-known') {
        const { calleeType, calleeKind, ...known } = entry
        return { at_ms, ...known, callee_type: calleeType, callee_kind: calleeKind }
      }
      if (entry.event !== 'prompt-ended') return { at_ms, ...entry }
      const { playedMs, ...sound } = entry
      return { at_ms, ...sound, played_ms: playedMs }
    }
    default:
      return { at_ms, ...entry }
  }
}
