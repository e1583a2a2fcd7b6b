import { type DestinationStream, pino } from 'pino'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/**
 * Structured logging: an event in a few fixed words, what belongs to it as fields. Values of users go
 * into fields, never into the event, so that no value can forge a line. Never log PINs, passwords,
 * keys that were pressed, or whole phone numbers (`maskNumber`).
 */
export interface Logger {
  debug(event: string, fields?: Record<string, unknown>): void
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
  error(event: string, fields?: Record<string, unknown>): void
  /** A logger that adds these fields to every line. */
  child(fields: Record<string, unknown>): Logger
}

/** JSON lines to `stream` (default: standard error). */
export function createLogger(level: LogLevel | 'silent', stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return wrap(pino(options, stream ?? pino.destination({ fd: 2, sync: true })))
}

export const silentLogger: Logger = createLogger('silent')

function wrap(logger: pino.Logger): Logger {
  return {
    debug: (event, fields) => logger.debug(fields ?? {}, event),
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
    child: (fields) => wrap(logger.child(fields)),
  }
}

/** `+16175551234` → `+1617•••1234`: enough to recognise one's own call, too little to dial. */
export function maskNumber(number: string): string {
  return number.length <= 4
    ? '•'.repeat(number.length)
    : number.slice(0, Math.max(0, number.length - 7)) + '•••' + number.slice(-4)
}
