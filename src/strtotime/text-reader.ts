/** Walks over the text that one format has matched; what it looks for is there. */
export class TextReader {
  readonly text: string
  private readonly whole: string
  private readonly start: number
  private at = 0

  /** The match stands in `whole` from `start` to `end`, exclusive. */
  constructor(whole: string, start: number, end: number) {
    this.whole = whole
    this.start = start
    this.text = whole.slice(start, end)
  }

  /** The match with all up to the blanks around it: what a person would call the part. */
  get words(): string {
    return wordsAround(this.whole, this.start, this.start + this.text.length)
  }

  /** The next digits, at most so many; what stands before them is passed over. */
  number(maxDigits: number): number {
    return Number(this.digits(maxDigits) || Number.NaN)
  }

  /** Undefined where no digits are left. */
  optionalNumber(maxDigits: number): number | undefined {
    const digits = this.digits(maxDigits)
    return digits === '' ? undefined : Number(digits)
  }

  /** As PHP reads years: below four digits, 00 to 69 are of this century, 70 to 99 of the last. */
  year(): number | undefined {
    const digits = this.digits(4)
    if (digits === '') return undefined
    const year = Number(digits)
    if (digits.length >= 4 || year >= 100) return year
    return year < 70 ? year + 2000 : year + 1900
  }

  /** Each minus turns the sign. */
  signedNumber(maxDigits: number): number {
    const isNegative = this.sign() < 0
    const amount = this.number(maxDigits)
    return isNegative ? -amount : amount
  }

  /** The next letters, in small ones; blanks and separators before them are passed over. */
  word(): string {
    while (!isLetter(this.text.charCodeAt(this.at)) && this.at < this.text.length) this.at++
    const start = this.at
    while (isLetter(this.text.charCodeAt(this.at))) this.at++
    return this.text.slice(start, this.at).toLowerCase()
  }

  /** The fraction of a second that begins here with `.` or `:`, in microseconds, cut off. */
  fraction(): number {
    this.at++
    const digits = this.digits(Number.POSITIVE_INFINITY)
    return Number(digits.slice(0, 6).padEnd(6, '0'))
  }

  daySuffix(): void {
    if (/^(st|nd|rd|th)/.test(this.text.slice(this.at, this.at + 2))) this.at += 2
  }

  isAt(characters: string): boolean {
    const next = this.text[this.at]
    return next !== undefined && characters.includes(next)
  }

  /** What is left. */
  rest(): string {
    return this.text.slice(this.at)
  }

  restAfterSpace(): string {
    return this.rest().replace(/^[ \t\u00A0\u202F]+/, '')
  }

  private sign(): 1 | -1 {
    let sign: 1 | -1 = 1
    while (this.at < this.text.length && !isDigit(this.text.charCodeAt(this.at))) {
      if (this.text[this.at] === '-') sign = sign === 1 ? -1 : 1
      this.at++
    }
    return sign
  }

  private digits(max: number): string {
    while (this.at < this.text.length && !isDigit(this.text.charCodeAt(this.at))) this.at++
    const start = this.at
    while (isDigit(this.text.charCodeAt(this.at)) && this.at - start < max) this.at++
    return this.text.slice(start, this.at)
  }
}

export function wordsAround(text: string, start: number, end: number): string {
  const before = /[^\s]*$/.exec(text.slice(0, start))?.[0] ?? ''
  const after = /^[^\s]*/.exec(text.slice(end))?.[0] ?? ''
  return (before + text.slice(start, end) + after).trim()
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 0xb5
}
