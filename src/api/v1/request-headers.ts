/** Headers that operations look at, as the document tells of them. */
export const IDEMPOTENCY_KEY = {
  'Idempotency-Key':
    'Chosen by the client, 1 to 255 visible ASCII characters such as a UUID: the same request with the same key ' +
    'gets the same reply, and is done once. Forgotten after 24 hours.',
}

export const IF_MATCH = {
  'If-Match':
    'The ETag that was told with what is edited: the edit is refused where it has another by now.',
}

export const LAST_EVENT_ID = {
  'Last-Event-ID': 'The id of the last event that came: the stream goes on after it.',
}
