/** Why a call ends, RFC 3326: `Q.850;cause=16;text="Terminated"`. */
import { parseInteger, quote, unquote, utf8Bytes, utf8Text } from './grammar.ts'
import { splitList } from './list.ts'
import { parseParameters } from './parameters.ts'

export interface Reason {
  /** `SIP`, `Q.850` and others. */
  readonly protocol: string
  readonly cause?: number
  readonly text?: string
}

/** All values of one Reason header, as text for people; what cannot be read is left out. */
export function parseReasons(value: string): Reason[] {
  return splitList(value).flatMap((each) => {
    const match = /^([A-Za-z0-9\-.!%*_+`'~]+)[ \t]*(;.*)?$/.exec(each)
    if (match?.[1] === undefined) return []
    try {
      const parameters = parseParameters(match[2] ?? '', 'Reason', 0)
      const cause = parseInteger(parameters.get('cause') ?? '', 999)
      const text = parameters.get('text')
      return [
        {
          protocol: match[1],
          ...(cause === undefined ? {} : { cause }),
          ...(text === undefined ? {} : { text: utf8Text(unquote(text)) }),
        },
      ]
    } catch {
      return []
    }
  })
}

/** As it stands in a message. */
export function formatReason({ protocol, cause, text }: Reason): string {
  const said = text === undefined ? '' : `;text=${quote(utf8Bytes(text))}`
  return `${protocol}${cause === undefined ? '' : `;cause=${cause}`}${said}`
}
