import type { FormItem } from '../document/vxml-document.ts'
import { handleEvent } from '../events/handle-event.ts'
import { executeItem } from './execute-item.ts'
import type { FormVisit } from './form-visit.ts'
import { initializeForm } from './initialize-form.ts'
import type { Flow, Leaving } from './leaving.ts'
import { noteStep } from './note-step.ts'
import { processUtterance } from './process-utterance.ts'
import { queueItemPrompts } from './queue-item-prompts.ts'
import { recordCall } from './record-call.ts'
import type { Utterance } from './utterance.ts'

/**
 * The form interpretation algorithm, VoiceXML 2.0 appendix C: its steps in its order and words.
 * Resolves with how the form is left; the dialog scope is open, and stays so.
 */
export async function interpretForm(
  visit: FormVisit,
  initial: Utterance | undefined,
  enter: () => Promise<void>,
): Promise<Leaving> {
  // Initialization Phase
  noteStep(visit, 'initialize', visit.dialog)
  const failed = await guarded(visit, async () => {
    await enter()
    return await initializeForm(visit)
  })
  // "If the catch does not result in a transition from the current dialog, FIA execution will
  // terminate."
  if (failed.event) return leavingOf(failed.flow) ?? IMPLICIT_EXIT

  // "if ( user entered this form by speaking to its grammar while in a different form) Enter the
  // main loop below, but start in the process phase, not the select phase"
  let collected = initial
  // The `<goto nextitem>` that the last main loop iteration ended with.
  let nextItem: string | undefined
  // "the last loop iteration ended with a catch that had no <reprompt>"
  let silent = false

  // Main Loop: select next form item and execute it.
  for (;;) {
    await visit.interpreter.pace()
    visit.item = undefined
    const utterance = collected
    collected = undefined
    let selected: FormItem | undefined
    if (utterance === undefined) {
      // Select Phase: choose a form item to visit.
      const selection = await guarded(visit, async () => {
        selected = selectItem(visit, nextItem)
        return undefined
      })
      nextItem = undefined
      if (selection.event) return leavingOf(selection.flow) ?? IMPLICIT_EXIT
      // "Do an <exit/> -- the form is full and specified no transition."
      if (selected === undefined) {
        noteStep(visit, 'exit, for nothing is left to select in', visit.dialog)
        return IMPLICIT_EXIT
      }
      noteStep(visit, 'select', selected)
    }
    visit.item = selected ?? visit.dialog.items.find((item) => item.kind === 'menu')
    recordCall(visit)
    const quiet = silent
    const outcome = await guarded(visit, async () => {
      if (selected === undefined) {
        noteStep(visit, 'process an utterance from elsewhere in', visit.dialog)
        return utterance && (await processUtterance(visit, undefined, utterance))
      }
      // Collect Phase: execute the selected form item.
      // "unless ( the last loop iteration ended with a catch that had no <reprompt>, and the active
      // dialog was not changed )": queue up prompts for the form item.
      if (!quiet) queueItemPrompts(visit, selected)
      noteStep(visit, quiet ? 'collect, without prompts,' : 'collect', selected)
      const executed = await executeItem(visit, selected)
      if (executed?.kind !== 'utterance') return executed
      // Process Phase: process the resulting utterance or event.
      noteStep(visit, `process "${executed.utterance.text}" of`, selected)
      return await processUtterance(visit, selected, executed.utterance)
    })
    silent = outcome.event && !visit.reprompted
    const { flow } = outcome
    if (flow?.kind === 'item') nextItem = flow.name
    else if (flow !== undefined) return flow
  }
}

const IMPLICIT_EXIT: Leaving = { kind: 'exit', reason: 'exit' }

interface Outcome {
  readonly flow: Flow | undefined
  /** Whether an event was thrown; `flow` is then what its handler led to. */
  readonly event: boolean
}

/** Executes; if an event is thrown, "the appropriate event handler is then executed". */
async function guarded(visit: FormVisit, work: () => Promise<Flow | undefined>): Promise<Outcome> {
  try {
    return { flow: await work(), event: false }
  } catch (thrown) {
    return { flow: await handleEvent(visit, visit.asEvent(thrown, visit.item)), event: true }
  }
}

/** A jump to another item leaves nothing: before the main loop there is none to go on with. */
function leavingOf(flow: Flow | undefined): Leaving | undefined {
  return flow?.kind === 'item' ? undefined : flow
}

function selectItem(visit: FormVisit, nextItem: string | undefined): FormItem | undefined {
  const { items } = visit.dialog
  // "if ( the last main loop iteration ended with a <goto nextitem> ) Select that next form item."
  if (nextItem !== undefined) return items.find((item) => item.name === nextItem)
  // "else if (there is a form item with an unsatisfied guard condition ) Select the first such form
  // item in document order."
  return items.find((item) => !visit.isFilled(item) && visit.holds(item))
}
