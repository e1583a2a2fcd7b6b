import { OutdialError } from '#base'
import { type Account, isTimeZone, type PhoneNumber, parsePhoneNumber } from '#model'
import type { ListedCall, RefusedRow } from '#store'
import { type CallTimes, readCallTimes } from './call-times.ts'
import { destinationCheck } from './number-objection.ts'

/** A row of an uploaded list, as it was written; what is empty is absent. */
export interface ListRow {
  /** Where it begins in the file, from 1. */
  readonly line: number
  readonly destination: string
  readonly messageReference?: string
  readonly callParameters?: string
  readonly scheduledTime?: string
  readonly expirationTime?: string
  readonly timeZone?: string
  readonly callerId?: string
  readonly columns?: Readonly<Record<string, string>>
}

/** What all rows of a list are read against. */
export interface ListTerms {
  readonly account: Account
  readonly now: Date
  /** Of the rows that have none of their own. */
  readonly times: CallTimes
  /** Counts where neither the row nor the list has an expiration. */
  readonly campaignExpiresAt?: Date | undefined
  /** Whether the trunks put their own caller ID in the place of one that is not ten digits. */
  readonly replacesInvalidCallerId: boolean
}

/** Of rows that no field's rule refuses. */
export type RowErrorCode = 'row-cells' | 'duplicate-number'

export type RowReader = (row: ListRow) => ListedCall | RefusedRow

/** The longest part of a faulty value that is kept. */
const LONGEST_VALUE = 128
const LONGEST_TEXT = 255
const LONGEST_TIME = 80
/** A list has few different times: each is read once. */
const REMEMBERED_TIMES = 1000

/** Reads the rows of one list: each becomes a call, or is refused with its own reason. */
export function rowReader(terms: ListTerms): RowReader {
  const readers = {
    readTimes: timesReader(terms),
    checkDestination: destinationCheck(terms.account),
  }
  return (row) => {
    try {
      return readRow(row, terms, readers)
    } catch (error) {
      if (error instanceof OutdialError) return refusedRow(row, error)
      throw error
    }
  }
}

export function isRefused(read: object): read is RefusedRow {
  return 'code' in read
}

interface Readers {
  readonly readTimes: TimesReader
  readonly checkDestination: (number: PhoneNumber) => void
}

function readRow(
  row: ListRow,
  terms: ListTerms,
  { readTimes, checkDestination }: Readers,
): ListedCall {
  const number = parsePhoneNumber(row.destination, terms.account)
  checkDestination(number)
  const callerId = readCallerId(row, number, terms)
  refuseLongText(row.messageReference, 'message_reference', LONGEST_TEXT)
  refuseLongText(row.callParameters, 'call_parameters', LONGEST_TEXT)
  const times = readTimes(row)
  return {
    phoneNumber: number.submitted,
    destination: number.destination,
    callerId,
    postDial: number.postDial,
    messageReference: row.messageReference ?? '',
    callParameters: row.callParameters ?? '',
    dueAt: times.scheduledAt ?? terms.now,
    expiresAt: times.expiresAt,
    timeZone: row.timeZone,
    columns: row.columns,
  }
}

function readCallerId(row: ListRow, number: PhoneNumber, terms: ListTerms): string | undefined {
  const ani = number.callerId ?? number.invalidCallerId
  if (row.callerId !== undefined && ani !== undefined && ani !== row.callerId) {
    throw fault('conflicting-caller-ids', 'caller_id', 'is another than the ;ani= of destination')
  }
  const wanted = row.callerId ?? ani
  if (wanted === undefined || /^[0-9]{10}$/.test(wanted)) return wanted
  const field = row.callerId === undefined ? 'destination' : 'caller_id'
  if (!/^\+?[0-9]+$/.test(wanted) || !terms.replacesInvalidCallerId) {
    const what = field === 'destination' ? 'has an ;ani= that is' : 'is'
    const cure = 'send ten digits without the leading 1, or none'
    throw fault('invalid-caller-id', field, `${what} not ten digits; ${cure}`)
  }
  return undefined
}

function refuseLongText(text: string | undefined, column: Column, longest: number): void {
  // More characters than code units there cannot be.
  if (text === undefined || text.length <= longest || [...text].length <= longest) return
  throw fault('field-too-long', column, `is too long; send at most ${longest} characters`)
}

type TimesReader = (row: ListRow) => CallTimes

/** The row's own times, read in its own time zone; else the list's. */
function timesReader(terms: ListTerms): TimesReader {
  const remembered = new Map<string, CallTimes>()
  return (row) => {
    const { scheduledTime, expirationTime, timeZone } = row
    if (scheduledTime === undefined && expirationTime === undefined && timeZone === undefined) {
      return terms.times
    }
    const key = `${scheduledTime}\n${expirationTime}\n${timeZone}`
    const known = remembered.get(key)
    if (known !== undefined) return known
    const times = readTimes(row, terms)
    if (remembered.size >= REMEMBERED_TIMES) remembered.clear()
    remembered.set(key, times)
    return times
  }
}

function readTimes(row: ListRow, terms: ListTerms): CallTimes {
  const { scheduledTime, expirationTime, timeZone = terms.account.timeZone } = row
  if (!isTimeZone(timeZone)) {
    throw fault(
      'invalid-time-zone',
      'time_zone',
      'is unknown; send an IANA name like America/New_York',
    )
  }
  refuseLongText(scheduledTime, 'scheduled_time', LONGEST_TIME)
  refuseLongText(expirationTime, 'expiration_time', LONGEST_TIME)
  const own = readCallTimes(
    {
      scheduled: scheduledTime === undefined ? {} : { text: scheduledTime },
      expiration: expirationTime === undefined ? {} : { text: expirationTime },
    },
    { now: terms.now, timeZone },
  )
  const { scheduledAt } = scheduledTime === undefined ? terms.times : own
  const { expiresAt } = expirationTime === undefined ? terms.times : own
  const end = expiresAt ?? terms.campaignExpiresAt
  if (end !== undefined && end <= (scheduledAt ?? terms.now)) {
    const column = expirationTime === undefined ? 'scheduled_time' : 'expiration_time'
    throw fault('expiration-not-after-scheduled', column, 'lets the call expire before it is due')
  }
  return { ...(scheduledAt && { scheduledAt }), ...(expiresAt && { expiresAt }) }
}

type Column =
  | 'destination'
  | 'message_reference'
  | 'call_parameters'
  | 'scheduled_time'
  | 'expiration_time'
  | 'time_zone'
  | 'caller_id'

function fault(code: string, column: Column, sentence: string): OutdialError {
  return new OutdialError(code, `${column} ${sentence}.`, { field: column })
}

/** The parser of numbers speaks of `phone_number`; a list has a `destination`. */
function refusedRow(row: ListRow, { code, field, message }: OutdialError): RefusedRow {
  return {
    line: row.line,
    value: excerpt(faultyValue(row, field)),
    code,
    reason: message.replace(/^phone_number\b/, 'destination'),
  }
}

function faultyValue(row: ListRow, field: string | undefined): string {
  switch (field) {
    case 'message_reference':
      return row.messageReference ?? ''
    case 'call_parameters':
      return row.callParameters ?? ''
    case 'scheduled_time':
      return row.scheduledTime ?? ''
    case 'expiration_time':
      return row.expirationTime ?? ''
    case 'time_zone':
      return row.timeZone ?? ''
    case 'caller_id':
      return row.callerId ?? ''
    default:
      return row.destination
  }
}

/** As much of a value as people need to find it. */
export function excerpt(value: string): string {
  const characters = [...value.slice(0, 2 * LONGEST_VALUE)]
  if (characters.length <= LONGEST_VALUE) return value
  return `${characters.slice(0, LONGEST_VALUE).join('')}…`
}
