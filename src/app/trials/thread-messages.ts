import type { FetchFailure, FetchRequest, FetchResponse } from '#vxml'

/** To a thread that looks at dialogues: a question at a time, and what it has asked for. */
export type ToThread<Question> =
  | { readonly type: 'ask'; readonly question: Question }
  | { readonly type: 'fetched'; readonly request: number; readonly response: FetchResponse }
  | { readonly type: 'fetch-failed'; readonly request: number; readonly failure: FetchFailure }

/** From it. */
export type FromThread<Answer> =
  | { readonly type: 'fetch'; readonly request: number; readonly what: FetchRequest }
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'failed'; readonly message: string }

/** What a thread begins with. */
export interface ThreadSetup {
  /** One cell, which grows as long as the thread gives signs of life. */
  readonly pulse: Int32Array<SharedArrayBuffer>
}

export type Fetch = (request: FetchRequest) => Promise<FetchResponse>
