/** Tells other processes which channels have news, in as few statements as can be: none waits for another. */
export class Notifier {
  readonly #tell: (channels: readonly string[]) => Promise<unknown>
  readonly #news = new Set<string>()
  #telling: Promise<void> | undefined

  /** What `tell` rejects with is dropped: a notification is a hint. */
  constructor(tell: (channels: readonly string[]) => Promise<unknown>) {
    this.#tell = tell
  }

  notify(channel: string): void {
    this.#news.add(channel)
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined
    })
  }

  /** Resolves when all have been told. */
  async stop(): Promise<void> {
    await this.#telling
  }

  async #tellAll(): Promise<void> {
    while (this.#news.size > 0) {
      const channels = [...this.#news]
      this.#news.clear()
      await this.#tell(channels).catch(() => {})
    }
  }
}
