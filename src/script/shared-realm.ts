import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten'
import type { Instance } from './instance.ts'
import { InstanceMemory, type MemoryDelta, NO_DELTA } from './instance-memory.ts'

/** Who has turns in a realm. */
export interface RealmUser {
  /** Asked by the engine every 200 branches; what is stopped so cannot be caught by the script. */
  mustStop(): boolean
}

/** What opens a realm: its answer is a function of the realm that takes strings and returns one. */
export type OpenRealm = (instance: Instance, mustStop: () => boolean) => RealmFunction

export interface RealmFunction {
  readonly realm: QuickJSContext
  readonly main: QuickJSHandle
}

/**
 * One instance with one realm, in which sessions take turns: each finds the memory as it left it, and the
 * first time as the realm was opened. So a session costs what it changes of the memory, and begins at
 * once. It is never disposed piece by piece: the engine aborts where something is still alive.
 */
export class SharedRealm {
  readonly #memory: InstanceMemory
  readonly #function: RealmFunction
  readonly #kept = new WeakMap<RealmUser, MemoryDelta>()
  #current: RealmUser | undefined

  constructor(instance: Instance, open: OpenRealm) {
    this.#function = open(instance, () => this.#current?.mustStop() === true)
    this.#memory = new InstanceMemory(instance)
  }

  /**
   * Calls the realm's function; empty where it threw what cannot be caught. Where the call does not
   * return (the host's own stack ends before the sandbox's, or the engine traps), the memory's state is
   * unknown: it is wiped, so that only this user's part is lost, and the error is thrown on.
   */
  call(user: RealmUser, given: readonly string[]): string {
    this.#enter(user)
    const { realm, main } = this.#function
    try {
      const handles = given.map((text) => realm.newString(text))
      const result = realm.callFunction(main, realm.undefined, ...handles)
      for (const handle of handles) handle.dispose()
      const handle = result.error ?? result.value
      const text = result.error === undefined ? realm.getString(handle) : ''
      handle.dispose()
      return text
    } catch (thrown) {
      this.#memory.wipe()
      this.#current = undefined
      throw thrown
    }
  }

  /** Forgets what the user had; the next call begins anew. */
  leave(user: RealmUser): void {
    this.#kept.delete(user)
    if (this.#current !== user) return
    this.#memory.reset()
    this.#current = undefined
  }

  #enter(user: RealmUser): void {
    if (this.#current === user) return
    const before = this.#current
    if (before !== undefined) {
      this.#kept.set(before, this.#memory.takeOut(this.#kept.get(before) ?? NO_DELTA))
    }
    this.#memory.putIn(this.#kept.get(user) ?? NO_DELTA)
    this.#current = user
  }
}
