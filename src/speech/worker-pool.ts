import { Worker } from 'node:worker_threads'
import { assert, type Clock, type Logger, OutdialError, type Service, type Timer } from '#base'
import type { JobReply } from './job-server.ts'

export interface WorkerPoolOptions {
  /** For logs. */
  readonly name: string
  /** A module that calls `serveJobs`. */
  readonly module: URL
  readonly workerData?: unknown
  readonly size: number
  /** A worker that needs longer for one job is ended and replaced, and the job fails. */
  readonly deadlineMs: number
  readonly queueLimit: number
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Worker threads that do one job each at a time, in the order of asking. Work that hangs or crashes
 * costs its own job and nothing else.
 */
export class WorkerPool<Job, Reply> implements Service {
  readonly #options: WorkerPoolOptions
  readonly #seats: Seat<Job, Reply>[] = []
  readonly #queue: Task<Job, Reply>[] = []
  #running = false

  constructor(options: WorkerPoolOptions) {
    assert(options.size >= 1 && options.deadlineMs > 0, 'a pool has workers and a deadline')
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#running) return
    this.#running = true
    for (let index = 0; index < this.#options.size; index++) this.#seats.push(this.#newSeat())
  }

  /** Jobs that are waiting or under way fail with `speech-stopped`. */
  async stop(): Promise<void> {
    this.#running = false
    const stopped = new OutdialError('speech-stopped', 'Speech is shutting down.', {
      temporary: true,
    })
    for (const task of this.#queue.splice(0)) task.reject(stopped)
    await Promise.all(
      this.#seats.splice(0).map((seat) => {
        this.#settle(seat)?.reject(stopped)
        return seat.worker.terminate()
      }),
    )
  }

  /**
   * Rejects with `OutdialError`: `speech-overloaded` (the queue is full), `speech-timeout` (the deadline
   * passed), `speech-stopped`; or with the code the worker gave, `speech-failed` where it gave none.
   */
  run(job: Job): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (!this.#running) {
        return reject(
          new OutdialError('speech-stopped', 'Speech is not running.', { temporary: true }),
        )
      }
      if (this.#queue.length >= this.#options.queueLimit) {
        const sentence = `More than ${this.#options.queueLimit} pieces of speech are waiting; try again later.`
        return reject(new OutdialError('speech-overloaded', sentence, { temporary: true }))
      }
      this.#queue.push({ job, resolve, reject })
      this.#assign()
    })
  }

  #assign(): void {
    for (const seat of this.#seats) {
      if (seat.task !== undefined) continue
      const task = this.#queue.shift()
      if (task === undefined) return
      seat.task = task
      seat.deadline = this.#options.clock.setTimer(this.#options.deadlineMs, () =>
        this.#replace(seat, timedOut(this.#options.deadlineMs)),
      )
      seat.worker.postMessage(task.job)
    }
  }

  #newSeat(): Seat<Job, Reply> {
    const worker = new Worker(this.#options.module, { workerData: this.#options.workerData })
    const seat: Seat<Job, Reply> = { worker }
    worker.on('message', (reply: JobReply<Reply>) => {
      const task = this.#settle(seat)
      if (reply.kind === 'done') task?.resolve(reply.value)
      else task?.reject(new OutdialError(reply.code, reply.message))
      this.#assign()
    })
    worker.on('error', (error) =>
      this.#replace(
        seat,
        new OutdialError('speech-failed', 'The speech engine broke down.', { cause: error }),
      ),
    )
    return seat
  }

  #replace(seat: Seat<Job, Reply>, error: OutdialError): void {
    const index = this.#seats.indexOf(seat)
    if (index < 0) return
    this.#options.log.error('speech-worker-replaced', {
      pool: this.#options.name,
      code: error.code,
      cause: error.cause,
    })
    this.#settle(seat)?.reject(error)
    void seat.worker.terminate()
    this.#seats[index] = this.#newSeat()
    this.#assign()
  }

  #settle(seat: Seat<Job, Reply>): Task<Job, Reply> | undefined {
    const { task } = seat
    seat.deadline?.cancel()
    seat.task = undefined
    return task
  }
}

interface Task<Job, Reply> {
  readonly job: Job
  resolve(reply: Reply): void
  reject(error: OutdialError): void
}

interface Seat<Job, Reply> {
  readonly worker: Worker
  task?: Task<Job, Reply> | undefined
  deadline?: Timer
}

function timedOut(deadlineMs: number): OutdialError {
  const sentence = `The speech engine did not finish within ${deadlineMs} ms and was restarted.`
  return new OutdialError('speech-timeout', sentence, { temporary: true })
}
