import { parentPort, type Transferable } from 'node:worker_threads'
import { assert, errorMessage, OutdialError } from '#base'

/** What a worker of a `WorkerPool` answers. */
export type JobReply<Reply> =
  | { readonly kind: 'done'; readonly value: Reply }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }

/** A worker's side of a `WorkerPool`. `transfer` names what may be moved instead of copied. */
export function serveJobs<Job, Reply>(
  work: (job: Job) => Reply | Promise<Reply>,
  transfer: (reply: Reply) => Transferable[],
): void {
  assert(parentPort !== null, 'runs as a worker thread')
  const port = parentPort
  port.on('message', async (job: Job) => {
    try {
      const value = await work(job)
      port.postMessage({ kind: 'done', value } satisfies JobReply<Reply>, transfer(value))
    } catch (thrown) {
      const code = thrown instanceof OutdialError ? thrown.code : 'speech-failed'
      port.postMessage({
        kind: 'failed',
        code,
        message: errorMessage(thrown),
      } satisfies JobReply<Reply>)
    }
  })
}
