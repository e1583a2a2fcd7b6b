import { readFileSync, statSync } from 'node:fs'
import { errorMessage, OutdialError } from '#base'
import type { Trunk } from '#model'

/** A file that a trunk's parameter `field` names. Each fault is a `trunk-invalid` with that field. */
export class TrunkFile {
  readonly text: string
  readonly #trunk: Trunk
  readonly #field: string
  readonly #path: string

  constructor(trunk: Trunk, field: string, path: string) {
    this.#trunk = trunk
    this.#field = field
    this.#path = path
    try {
      this.text = readFileSync(path, 'utf8')
    } catch (error) {
      throw this.invalid(`cannot be read: ${errorMessage(error)}`)
    }
  }

  /** `what` as in: the file is not … in PEM. */
  parse<Parsed>(what: string, read: (text: string) => Parsed): Parsed {
    try {
      return read(this.text)
    } catch (error) {
      throw this.invalid(`is not ${what} in PEM: ${errorMessage(error)}`)
    }
  }

  /** A group may read it, as where an orchestrator hands secrets to a process of a group. */
  refuseStrangers(): void {
    const { mode } = statSync(this.#path)
    if ((mode & 0o027) === 0) return
    const rights = (mode & 0o777).toString(8)
    throw this.invalid(
      `is open to others (mode ${rights}): chmod 600 ${this.#path}, and if others had it, get a new key`,
    )
  }

  invalid(fault: string): OutdialError {
    const [name, field] = [this.#trunk.name, this.#field]
    return new OutdialError('trunk-invalid', `Trunk ${name}: the file of ${field} ${fault}.`, {
      field,
    })
  }
}
