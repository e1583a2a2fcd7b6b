// Lines for PostgreSQL's COPY in text format (its documentation, "COPY", File Formats, Text Format).

const ESCAPED = /[\\\t\n\r]/
const ESCAPE: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/** A value between two tabs. */
export function copyText(value: string | undefined): string {
  if (value === undefined) return '\\N'
  return ESCAPED.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (one) => ESCAPE[one] ?? '') : value
}

/** Writes moments, of which many rows share one. */
export class CopyMoments {
  #last: Date | undefined
  #text = ''

  text(moment: Date | undefined): string {
    if (moment === undefined) return '\\N'
    if (moment !== this.#last) {
      this.#last = moment
      this.#text = moment.toISOString()
    }
    return this.#text
  }
}

const FIRST_BYTES = 64 * 1024
/** A UTF-16 code unit takes no more in UTF-8. */
const LONGEST_UNIT_BYTES = 3

/** Lines as bytes, which the garbage collector has nothing to do with; used again when it was cleared. */
export class CopyLines {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0

  add(line: string): void {
    const needed = this.#length + line.length * LONGEST_UNIT_BYTES
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length))
      this.#buffer.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    this.#length += this.#buffer.write(line, this.#length, 'utf8')
  }

  /** Valid until the next change. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
  }
}
