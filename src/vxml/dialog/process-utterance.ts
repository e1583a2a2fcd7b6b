import type { JsonValue } from '#script'
import type { FilledNode, FormItem, Leads } from '../document/vxml-document.ts'
import { eventName } from '../events/event-name.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { executeScoped } from '../executable/execute.ts'
import { leadTo } from '../executable/transition.ts'
import type { FormVisit } from './form-visit.ts'
import { setLastResult, shadowOf } from './last-result.ts'
import type { Flow } from './leaving.ts'
import { noteStep } from './note-step.ts'
import type { Utterance } from './utterance.ts'

/** Appendix C, process phase. `item` is the one that collected; none where another form did. */
export async function processUtterance(
  visit: FormVisit,
  item: FormItem | undefined,
  utterance: Utterance,
): Promise<Flow | undefined> {
  // "Assign the utterance and other information about the last recognition to
  // application.lastresult$."
  setLastResult(visit, utterance)
  const { owner } = utterance
  switch (owner.kind) {
    // "if ( the utterance matched a grammar belonging to a <link> ) …"
    case 'link':
      return await follow(visit, owner.link)
    // "else if ( the utterance matched a grammar belonging to a <choice> ) …"
    case 'choice':
      return await follow(visit, owner.choice)
    case 'universal':
      throw new VxmlEvent(owner.event, `The caller asked for ${owner.event}.`)
    // "else if ( the utterance matched a grammar from outside the current <form> or <menu> )
    // Transition to that <form> or <menu>, carrying the utterance to the new FIA."
    case 'dialog':
      return enterOther(visit, owner, utterance)
    case 'item':
      return await processFilled(visit, fillItem(visit, item, utterance))
    case 'form':
      return await processFilled(visit, fillForm(visit, utterance))
  }
}

/**
 * "If the link specifies a next or expr attribute, transition … Else … generate that event." Its attributes
 * are resolved "according to the base URI in effect when the link's grammar is matched" (section 2.5).
 */
async function follow(visit: FormVisit, leads: Leads): Promise<Flow> {
  if (leads.event === undefined) {
    const reference = leads.next === undefined ? '' : visit.evaluateWritten(leads.next)
    return await leadTo(visit, reference, leads.fetching)
  }
  const message = leads.message === undefined ? '' : visit.evaluateWritten(leads.message)
  throw new VxmlEvent(eventName(visit, leads.event), message)
}

function enterOther(
  visit: FormVisit,
  owner: Extract<Utterance['owner'], { kind: 'dialog' }>,
  utterance: Utterance,
): Flow {
  const { root, document } = visit.context
  const target = owner.ofRoot
    ? { dialog: owner.dialog, document: root, root, keeps: 'root' as const }
    : { dialog: owner.dialog, document, root, keeps: 'document' as const }
  return { kind: 'dialog', target, utterance: { ...utterance, owner: owner.inner } }
}

/** "if ( the grammar is scoped to the field-level ) …" */
function fillItem(
  visit: FormVisit,
  item: FormItem | undefined,
  utterance: Utterance,
): ReadonlySet<FormItem> {
  if (item === undefined) return new Set()
  // "a top-level property in the result matches the slot name or the slot name is a dot-separated
  // path matching a subproperty in the result": copy that; else the entire result.
  const value = property(utterance.value, slotName(item)) ?? utterance.value
  visit.fill(item, value)
  visit.setShadow(item, shadowOf(utterance))
  return new Set([item])
}

/** "foreach ( property in the user's utterance ) if ( the property matches an input item's slot name )" */
function fillForm(visit: FormVisit, utterance: Utterance): ReadonlySet<FormItem> {
  const justFilled = new Set<FormItem>()
  for (const item of visit.dialog.items) {
    if (item.kind === 'block' || item.kind === 'initial') continue
    const value = property(utterance.value, slotName(item))
    if (value === undefined) continue
    visit.fill(item, value)
    visit.setShadow(item, shadowOf(utterance))
    justFilled.add(item)
  }
  return justFilled
}

/** Section 3.1.6. */
function slotName(item: FormItem): string | undefined {
  return (item.kind === 'field' ? item.slot : undefined) ?? item.name
}

function property(value: JsonValue, path: string | undefined): JsonValue | undefined {
  if (path === undefined) return undefined
  let at: JsonValue | undefined = value
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined
    const members = at as { readonly [name: string]: JsonValue }
    at = Object.hasOwn(members, name) ? members[name] : undefined
  }
  return at
}

/** Initials, then the triggered `<filled>` actions. */
export async function processFilled(
  visit: FormVisit,
  justFilled: ReadonlySet<FormItem>,
): Promise<Flow | undefined> {
  // "if ( any input item variable is set … ) Set all <initial> form item variables to true."
  if (justFilled.size > 0) {
    for (const item of visit.dialog.items) {
      if (item.kind === 'initial') visit.fill(item, true)
    }
  }
  // "foreach ( <filled> action in document order )"
  for (const filled of visit.dialog.filleds) {
    if (!isTriggered(visit, filled, justFilled)) continue
    // "event handler selection starts in the scope of the <filled>"
    visit.item = filled.item
    noteStep(visit, 'execute', filled)
    const flow = await executeScoped(visit, filled.content)
    if (flow !== undefined) return flow
  }
  // "If no input item is filled, just continue."
  return undefined
}

function isTriggered(
  visit: FormVisit,
  filled: FilledNode,
  justFilled: ReadonlySet<FormItem>,
): boolean {
  // "Determine the input item variables the <filled> applies to."
  const inputItems = visit.dialog.items.filter(
    (item) => item.kind !== 'block' && item.kind !== 'initial',
  )
  const applies =
    filled.namelist.length > 0
      ? inputItems.filter(({ name }) => name !== undefined && filled.namelist.includes(name))
      : filled.item === undefined
        ? inputItems
        : [filled.item]
  // "any input item variable in the set N was just_filled AND …"
  if (!applies.some((item) => justFilled.has(item))) return false
  return filled.mode === 'any' || applies.every((item) => visit.isFilled(item))
}
