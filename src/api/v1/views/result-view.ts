import type { DisabledResultUrl, ResultDescription, ResultRow } from '#calls'

/** A result or an event in the words of the interface. */
export function resultRowView(result: ResultRow): object {
  const { sequence, state } = result
  return {
    id: result.webhookId,
    kind: sequence === 0 ? 'result' : 'event',
    call_id: result.callId,
    sequence: sequence === 0 ? undefined : sequence,
    url: result.url,
    state,
    why: result.why,
    tries: result.tries,
    next_try_at: state === 'pending' ? result.dueAt : undefined,
    created_at: result.createdAt,
    ended_at: result.endedAt,
  }
}

/** The same with what is posted and each try. */
export function resultView(result: ResultDescription): object {
  return {
    ...resultRowView(result),
    body: result.body,
    history: result.history.map((made) => ({
      try: made.try,
      tried_at: made.triedAt,
      http_status: made.httpStatus,
      error: made.error,
      reply: made.reply,
      duration_ms: made.durationMs,
    })),
  }
}

export function disabledUrlView({ url, disabledAt, webhookId }: DisabledResultUrl): object {
  return { url, disabled_at: disabledAt, result_id: webhookId }
}
