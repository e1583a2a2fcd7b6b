import { messageLabel } from '#base'
import type { TraceEntry } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import { seesNumbers } from '../../shown-number.ts'
import { visible } from '../../shown-text.ts'
import type { Visit } from '../../visit.ts'

type Message = Extract<TraceEntry, { kind: 'sip' }>

interface Rung {
  readonly seconds: string
  readonly isOut: boolean
  readonly label: string
  readonly far: string
  readonly text: string
}

/** The messages of an attempt, Outdial on the left; each opens to show its text to those who see numbers. */
export function sipLadder(visit: Visit, attempt: number, messages: readonly Message[]): Html {
  if (messages.length === 0) return NOTHING
  const rungs = rungsOf(messages)
  const showsText = seesNumbers(visit)
  return html`<h3>SIP</h3>
    <ol class="ladder" aria-label="SIP messages of attempt ${attempt}">${rungs.map((rung) => {
      const { seconds, isOut, label, far } = rung
      const said = html`<span class="at">${seconds}</span> <span class="unseen">${isOut ? 'sent' : 'received'}</span>
        <span class="arrow ${isOut ? 'out' : 'in'}" aria-hidden="true">${isOut ? '→' : '←'}</span> <b>${label}</b> <span class="aside">${far}</span>`
      return html`<li class="${isOut ? 'out' : 'in'}">${showsText ? html`<details><summary>${said}</summary><pre>${visible(rung.text).replaceAll('␍', '')}</pre></details>` : said}</li>`
    })}</ol>`
}

function rungsOf(messages: readonly Message[]): Rung[] {
  const seen = new Set<string>()
  return messages.map(({ at_ms, direction, transport, remote, text }) => {
    const key = `${direction} ${text}`
    const again = seen.has(key) ? ', again' : ''
    seen.add(key)
    const host = remote.host.includes(':') ? `[${remote.host}]` : remote.host
    return {
      seconds: `${(at_ms / 1000).toFixed(2)} s`,
      isOut: direction === 'out',
      label: visible(`${messageLabel(text)}${again}`),
      far: `${host}:${remote.port} ${transport}`,
      text,
    }
  })
}
