import type { FormItem } from '../document/vxml-document.ts'
import { isCaughtByName } from '../events/handle-event.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { executeScoped } from '../executable/execute.ts'
import { activateGrammars } from './active-grammars.ts'
import { type Collected, collect } from './collect.ts'
import { type CollectSettings, collectSettings } from './collect-settings.ts'
import { finalExit, hungUp } from './final-processing.ts'
import type { FormVisit } from './form-visit.ts'
import { setLastResult } from './last-result.ts'
import type { Flow } from './leaving.ts'
import { executeRecord } from './record.ts'
import { executeSubdialog } from './subdialog.ts'
import { executeTransfer } from './transfer.ts'
import type { Utterance } from './utterance.ts'

export type Executed = Flow | { readonly kind: 'utterance'; readonly utterance: Utterance }

/** Appendix C, collect phase: "Execute the form item." */
export async function executeItem(visit: FormVisit, item: FormItem): Promise<Executed | undefined> {
  switch (item.kind) {
    case 'field':
    case 'initial':
    case 'menu':
      return await collectUtterance(visit, item)
    case 'block':
      // "Set the block's form item variable to a defined value. Execute the block's executable
      // context."
      visit.fill(item, true)
      return await executeScoped(visit, item.content)
    case 'subdialog':
      return await executeSubdialog(visit, item)
    case 'transfer':
      return await executeTransfer(visit, item)
    case 'record':
      return await executeRecord(visit, item)
    case 'object':
      throw new VxmlEvent('error.unsupported.objectname', 'This platform knows no objects.')
  }
}

/** "Collect an utterance or an event from the user." */
async function collectUtterance(visit: FormVisit, item: FormItem): Promise<Executed | undefined> {
  const { interpreter } = visit
  if (interpreter.disconnected !== undefined) return finalExit(visit)
  const grammars = await activateGrammars(visit, item)
  if (grammars.length === 0) {
    throw new VxmlEvent('error.semantic', 'No grammar is active where an input is expected.')
  }
  setLastResult(visit, undefined)
  return concludeCollection(visit, await collect(interpreter, grammars, waitSettings(visit)))
}

/** Settings of this wait: the timeout of the last prompt that named one, else the property. */
function waitSettings(visit: FormVisit): CollectSettings {
  const { prompts, timeoutMs } = visit.interpreter.prompts.take()
  const settings = collectSettings(visit)
  const wantsEvent = (event: string): boolean => isCaughtByName(visit, event)
  return { ...settings, prompts, wantsEvent, timeoutMs: timeoutMs ?? settings.timeoutMs }
}

function concludeCollection(visit: FormVisit, collected: Collected): Executed {
  const { note } = visit.interpreter
  switch (collected.kind) {
    case 'utterance': {
      const { mode, text, value, confidence } = collected.utterance
      note({ kind: 'input', mode, text, interpretation: value, confidence })
      return collected
    }
    case 'nomatch': {
      const { mode, text } = collected.heard
      note({ kind: 'nomatch', mode, text })
      setLastResult(visit, collected.heard)
      throw new VxmlEvent('nomatch', 'The input matches no active grammar.')
    }
    case 'noinput':
      note({ kind: 'noinput' })
      throw new VxmlEvent('noinput', 'Nothing was said or pressed in time.')
    case 'maxspeechtimeout':
      throw new VxmlEvent('maxspeechtimeout', 'The caller has spoken for too long.')
    case 'event':
      throw new VxmlEvent(collected.event, collected.message)
    case 'hangup':
    case 'over':
      throw hungUp(visit)
  }
}
