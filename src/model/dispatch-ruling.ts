import type { CallingWindow } from './calling-window.ts'
import { DestinationRuling, type Destinations } from './destinations.ts'
import type { DispatchVerdict } from './dispatch-verdict.ts'
import { type Holidays, mergeHolidays } from './holidays.ts'
import {
  type NumberHistory,
  type NumberLimits,
  numberCapVerdict,
  numberGapVerdict,
} from './number-limits.ts'
import { type NumberOrigin, numberOrigin } from './number-origin.ts'
import { OpenHours } from './open-hours.ts'

/** What an account and one of its campaigns say about dialling their calls. */
export interface DispatchRules extends NumberLimits {
  /** The account's: of callees of whose zone nothing is known. */
  readonly timeZone: string
  /** The account's; absent: all numbers. */
  readonly destinations?: Destinations
  readonly accountWindow?: CallingWindow
  readonly campaignWindow?: CallingWindow
  /** The account's. */
  readonly holidays?: Holidays
  readonly campaignHolidays?: Holidays
}

/** What is known of a call and its number when the rules are asked. */
export interface DispatchFacts {
  /** E.164 */
  readonly destination: string
  /** IANA name, where the list gave one. */
  readonly timeZone?: string | undefined
  /** That of the number, where it is known already. */
  readonly origin?: NumberOrigin | undefined
  /** Why it is on the do-not-call list, perhaps empty; absent: it is not on it. */
  readonly forbidden?: string | undefined
  readonly history: NumberHistory
}

/** Whom a call is to. */
export type Callee = Pick<DispatchFacts, 'destination' | 'timeZone' | 'origin'>

/** Asks the rules of one account and campaign about many calls. Rules that are not set have no verdict. */
export class DispatchRuling {
  readonly #rules: DispatchRules
  readonly #hours: OpenHours
  readonly #destinations: DestinationRuling | undefined
  readonly #hasHours: boolean

  constructor(rules: DispatchRules) {
    const { accountWindow, campaignWindow } = rules
    const windows = [accountWindow, campaignWindow].filter((window) => window !== undefined)
    const holidays = [rules.holidays, rules.campaignHolidays].filter((days) => days !== undefined)
    this.#rules = rules
    this.#destinations = rules.destinations && new DestinationRuling(rules.destinations)
    this.#hasHours = windows.length > 0 || holidays.length > 0
    this.#hours = new OpenHours({
      windows,
      ...(holidays.length === 0 ? {} : { holidays: mergeHolidays(holidays) }),
    })
  }

  /** Whether it makes a difference where a callee is. */
  get asksWhere(): boolean {
    return this.#hasHours
  }

  /** Whether it needs to know of earlier attempts to a number. */
  get looksBack(): boolean {
    return this.#rules.gapSeconds > 0 || this.#rules.cap !== undefined
  }

  verdicts(facts: DispatchFacts, now: Date): DispatchVerdict[] {
    const verdicts = [doNotCallVerdict(facts.forbidden)]
    if (this.#destinations !== undefined) {
      const { destination, origin } = facts
      const country = (): string => (origin ?? numberOrigin(destination)).country
      verdicts.push(this.#destinations.verdict({ destination, country }))
    }
    if (this.#hasHours) verdicts.push(this.#hours.verdict(this.#place(facts), now))
    if (this.#rules.gapSeconds > 0) verdicts.push(numberGapVerdict(this.#rules, facts.history, now))
    if (this.#rules.cap !== undefined) {
      verdicts.push(numberCapVerdict(this.#rules, facts.history, now))
    }
    return verdicts
  }

  /** From then on the hours allow the call; undefined: not within the next weeks. */
  nextOpening(facts: Callee, from: Date): Date | undefined {
    return this.#hasHours ? this.#hours.nextOpening(this.#place(facts), from) : from
  }

  #place({ destination, timeZone, origin }: Callee): NumberOrigin {
    const { country, timeZones } = origin ?? numberOrigin(destination)
    if (timeZone !== undefined) return { country, timeZones: [timeZone] }
    return { country, timeZones: timeZones.length > 0 ? timeZones : [this.#rules.timeZone] }
  }
}

function doNotCallVerdict(reason: string | undefined): DispatchVerdict {
  const rule = 'do-not-call'
  if (reason === undefined) return { rule, allows: true, detail: 'not on the do-not-call list' }
  const because = reason === '' ? '' : `: ${reason}`
  return {
    rule,
    allows: false,
    detail: `the number is on the account’s do-not-call list${because}`,
  }
}
