import { parentPort, workerData } from 'node:worker_threads'
import { assert, errorMessage, systemClock } from '#base'
import type { FetchFailure, FetchResponse } from '#vxml'
import type { Fetch, FromThread, ThreadSetup, ToThread } from './thread-messages.ts'

const PULSE_MS = 100

/**
 * The inside of a thread that looks at dialogues: answers questions one after the other, shows that it lives, and
 * fetches by asking the main thread, which guards what may be fetched.
 */
export function serveThread<Question, Answer>(
  answer: (question: Question, fetch: Fetch) => Promise<Answer>,
): void {
  assert(parentPort !== null, 'runs as a worker thread')
  const port = parentPort
  const waiting = new Map<number, PromiseWithResolvers<FetchResponse>>()
  let requests = 0
  const post = (message: FromThread<Answer>): void => port.postMessage(message)
  const fetch: Fetch = (what) => {
    const request = ++requests
    const fetched = Promise.withResolvers<FetchResponse>()
    waiting.set(request, fetched)
    post({ type: 'fetch', request, what })
    return fetched.promise
  }
  const taken = (request: number): PromiseWithResolvers<FetchResponse> | undefined => {
    const fetched = waiting.get(request)
    waiting.delete(request)
    return fetched
  }
  port.on('message', (message: ToThread<Question>) => {
    if (message.type === 'fetched') return taken(message.request)?.resolve(message.response)
    if (message.type === 'fetch-failed') {
      return taken(message.request)?.reject(failureOf(message.failure))
    }
    answer(message.question, fetch).then(
      (told) => post({ type: 'answer', answer: told }),
      (thrown: unknown) => post({ type: 'failed', message: errorMessage(thrown) }),
    )
  })
  beat()
}

/** Tells whoever watches that the thread is not lost, though it may be long until it is back. */
export function showLife(): void {
  Atomics.add((workerData as ThreadSetup).pulse, 0, 1)
}

function beat(): void {
  showLife()
  systemClock.setTimer(PULSE_MS, beat)
}

function failureOf({ reason, message }: FetchFailure): FetchFailure & Error {
  return Object.assign(new Error(message), { reason })
}
