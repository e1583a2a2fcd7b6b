import { type Clock, errorMessage, type Logger, type Service, sleep, type Timer } from '#base'
import {
  type CallsContext,
  heartbeat,
  joinNodes,
  leaveNodes,
  type RecoveredAttempt,
  takeOverNode,
} from '#calls'
import type { LiveNode } from '#store'

/** Parts of the time-out: how often a node gives a sign of life, and after which silence it must stop. */
const BEAT_SHARE = 0.2
const FENCE_SHARE = 0.6

export interface NodeLeaseOptions {
  readonly calls: CallsContext
  readonly nodeId: string
  /** A node that gives no sign of life for so long is taken for dead. */
  readonly timeoutMs: number
  /** Has in hand what another process left, and is to end it. */
  readonly onRecovered: (attempts: readonly RecoveredAttempt[]) => void
  /** The node must end all that it has; resolves when it has. */
  readonly onLost: () => Promise<void>
  /** Another process runs under this node's name: this one must end. */
  readonly onReplaced: () => void
  readonly clock: Clock
  readonly log: Logger
}

/**
 * A node's place among the nodes that share a store. It gives signs of life; where it cannot, it stops
 * by itself, on the monotonic clock and well before anybody may take it for dead: no INVITE leaves, and
 * where there are others, who will take its calls, it hangs up what it has. Another node is dead when its
 * sign of life has not changed for the whole time-out, measured here: no two clocks are compared.
 */
export class NodeLease implements Service {
  readonly #options: NodeLeaseOptions
  /** The others, and since when each is seen as it is. */
  readonly #seen = new Map<string, { readonly node: LiveNode; readonly sinceMs: number }>()
  readonly #stop = new AbortController()
  #incarnation = 0
  #renewedAtMs = Number.NEGATIVE_INFINITY
  #peers = 0
  #fence: Timer | undefined
  #beating: Promise<void> = Promise.resolve()

  constructor(options: NodeLeaseOptions) {
    this.#options = options
  }

  /** Which of the node's starts this is. */
  get incarnation(): number {
    return this.#incarnation
  }

  /** Whether nobody can have taken this node for dead: an INVITE may leave. */
  get holds(): boolean {
    const { clock, timeoutMs } = this.#options
    return clock.monotonic() - this.#renewedAtMs < FENCE_SHARE * timeoutMs
  }

  async start(): Promise<void> {
    await this.#join()
    this.#beating = this.#beatOn()
  }

  /** Nothing must be in hand any more. Twice-safe. */
  async stop(): Promise<void> {
    const { calls, nodeId, log } = this.#options
    if (this.#stop.signal.aborted) return
    this.#stop.abort()
    this.#fence?.cancel()
    await this.#beating
    await leaveNodes(calls, { nodeId, incarnation: this.#incarnation }).catch((error: unknown) =>
      log.warn('the node could not say that it stops', { error: errorMessage(error) }),
    )
  }

  async #join(): Promise<void> {
    const { calls, nodeId, clock } = this.#options
    const sentMs = clock.monotonic()
    const { incarnation, left } = await joinNodes(calls, nodeId)
    this.#incarnation = incarnation
    this.#renew(sentMs)
    this.#recover(left, nodeId)
  }

  #recover(left: readonly RecoveredAttempt[], from: string): void {
    const { log, onRecovered } = this.#options
    if (left.length === 0) return
    log.warn('ending calls that a process left', { node: from, calls: left.length })
    onRecovered(left)
  }

  async #beatOn(): Promise<void> {
    const { clock, timeoutMs, log } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      await this.#beat().catch((error: unknown) =>
        log.warn('sign of life not stored', { error: errorMessage(error) }),
      )
      await sleep(clock, BEAT_SHARE * timeoutMs, signal)
    }
  }

  async #beat(): Promise<void> {
    const { calls, nodeId, clock, log, onLost, onReplaced } = this.#options
    const sentMs = clock.monotonic()
    const { standing, nodes } = await heartbeat(calls, { nodeId, incarnation: this.#incarnation })
    if (standing !== undefined && standing.incarnation !== this.#incarnation) {
      log.error('another process has this node’s name: this one ends', { node: nodeId })
      this.#stop.abort()
      this.#fence?.cancel()
      this.#renewedAtMs = Number.NEGATIVE_INFINITY
      void onLost().then(onReplaced)
      return
    }
    if (standing === undefined || !standing.live) {
      log.error('this node was taken for dead: it ends what it has and joins again')
      this.#renewedAtMs = Number.NEGATIVE_INFINITY
      await onLost()
      if (!this.#stop.signal.aborted) await this.#join()
      return
    }
    this.#peers = standing.peers
    this.#renew(sentMs)
    await this.#takeOverDead(nodes)
  }

  /** Its own clock may have stood still: the deadline counts from before the sign of life was sent. */
  #renew(sentMs: number): void {
    const { clock, timeoutMs } = this.#options
    this.#renewedAtMs = sentMs
    this.#fence?.cancel()
    const leftMs = sentMs + FENCE_SHARE * timeoutMs - clock.monotonic()
    this.#fence = clock.setTimer(leftMs, () => this.#giveUp())
  }

  #giveUp(): void {
    const { log, onLost } = this.#options
    log.error('no sign of life could be stored: nothing is dialled', { peers: this.#peers })
    if (this.#peers > 0) void onLost()
  }

  async #takeOverDead(nodes: readonly LiveNode[]): Promise<void> {
    const { calls, nodeId, timeoutMs, clock, log } = this.#options
    const nowMs = clock.monotonic()
    const names = new Set(nodes.map((node) => node.nodeId))
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name)
    for (const node of nodes) {
      if (node.nodeId === nodeId) continue
      const seen = this.#seen.get(node.nodeId)
      if (seen === undefined || !isSame(seen.node, node)) {
        this.#seen.set(node.nodeId, { node, sinceMs: nowMs })
      } else if (nowMs - seen.sinceMs >= timeoutMs) {
        const by = { nodeId, incarnation: this.#incarnation }
        const left = await takeOverNode(calls, node, by)
        if (left === undefined) continue
        log.warn('a node gives no sign of life: its calls are taken over', { node: node.nodeId })
        this.#recover(left, node.nodeId)
      }
    }
  }
}

function isSame(a: LiveNode, b: LiveNode): boolean {
  return a.incarnation === b.incarnation && a.heartbeatAt.getTime() === b.heartbeatAt.getTime()
}
