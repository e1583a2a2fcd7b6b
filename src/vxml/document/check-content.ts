import { childElements, type XmlElement } from '#xml'
import type { Report } from './check-structure.ts'
import { parseTimeDesignation } from './time-designation.ts'
import { attribute, splitWords } from './xml-reading.ts'

/** What an element says of those inside it, beyond what a schema can: rules with `error.badfetch`. */
export const CHECKS: Readonly<Record<string, (element: XmlElement, report: Report) => void>> = {
  menu: checkMenu,
  form: checkFilleds,
  field: checkItem,
  record: checkItem,
  transfer: checkTransfer,
  subdialog: checkItem,
  object: checkItem,
  initial: checkItem,
  link: checkScopes,
  choice: checkScopes,
  property: checkProperty,
}

/**
 * VoiceXML 2.0 section 2.2.1: with `dtmf="true"`, "if there are choices which have specified their own
 * DTMF sequences to be something other than "*", "#", or "0", an error.badfetch will be thrown".
 */
function checkMenu(menu: XmlElement, report: Report): void {
  if (attribute(menu, 'dtmf')?.trim() !== 'true') return
  for (const choice of named(menu, 'choice')) {
    const keys = attribute(choice, 'dtmf')?.replace(/\s/g, '')
    if (keys === undefined || ['*', '#', '0'].includes(keys)) continue
    const sentence = `<choice dtmf="${keys}"> may only be *, # or 0 where <menu dtmf="true"> numbers them.`
    report('error', choice, sentence)
  }
}

const CONTROL_ITEMS = ['block', 'initial']

/** Section 2.4: "control items are not permitted in this list". */
function checkFilleds(form: XmlElement, report: Report): void {
  const control = childElements(form).flatMap((item) =>
    CONTROL_ITEMS.includes(item.local) ? [attribute(item, 'name')] : [],
  )
  for (const filled of named(form, 'filled')) {
    const names = splitWords(attribute(filled, 'namelist') ?? '')
    const wrong = names.find((name) => control.includes(name))
    if (wrong === undefined) continue
    report('error', filled, `<filled> waits for "${wrong}", which no input can fill.`)
  }
}

/** Section 2.4: a `<filled>` in an input item has neither mode nor namelist. */
function checkItem(item: XmlElement, report: Report): void {
  for (const filled of named(item, 'filled')) {
    for (const name of ['mode', 'namelist']) {
      if (!filled.attributes.has(name)) continue
      report('error', filled, `<filled> may have a ${name} in a <form> only, not in an item.`)
    }
  }
  checkScopes(item, report)
}

const TRANSFER_TYPES = ['blind', 'bridge', 'consultation']

/** VoiceXML 2.1 section 9: a misspelt type must not send the caller away for good, as a blind one does. */
function checkTransfer(transfer: XmlElement, report: Report): void {
  checkItem(transfer, report)
  const type = attribute(transfer, 'type')
  if (type === undefined || TRANSFER_TYPES.includes(type)) return
  report('error', transfer, `<transfer type="${type}"> is none of ${TRANSFER_TYPES.join(', ')}.`)
}

/** Section 3.1.3: grammars of items, links and choices cannot specify a scope. */
function checkScopes(parent: XmlElement, report: Report): void {
  for (const grammar of named(parent, 'grammar')) {
    if (!grammar.attributes.has('scope')) continue
    report(
      'error',
      grammar,
      `<grammar> may have a scope in a <form> only, not in <${parent.local}>.`,
    )
  }
}

const TIMES = new Set([
  ...['timeout', 'interdigittimeout', 'termtimeout', 'completetimeout', 'incompletetimeout'],
  ...['maxspeechtimeout', 'fetchtimeout', 'fetchaudiodelay', 'fetchaudiominimum'],
])

/** Section 6.3: a value that cannot be read; the next scope outwards decides then. */
function checkProperty(property: XmlElement, report: Report): void {
  const name = attribute(property, 'name') ?? ''
  const value = attribute(property, 'value') ?? ''
  if (!TIMES.has(name) || parseTimeDesignation(value) !== undefined) return
  report(
    'warning',
    property,
    `The ${name} "${value}" is no time such as 3s or 500ms; it is ignored.`,
  )
}

function named(parent: XmlElement, local: string): XmlElement[] {
  return childElements(parent).filter((child) => child.local === local)
}
