import type { ScopeName, ScriptValue } from '#script'
import { declare } from '../executable/declare.ts'
import { prefetchReferences } from '../fetch/prefetch.ts'
import { LimitExceeded } from '../limits.ts'
import { interpretForm } from './form-interpretation-algorithm.ts'
import { FormVisit } from './form-visit.ts'
import type { ExecutionContext, Interpreter } from './interpreter.ts'
import type { DialogTarget, Leaving } from './leaving.ts'
import type { Utterance } from './utterance.ts'

/** Interprets dialog after dialog in one execution context, until it exits or returns. */
export async function runDialogs(
  interpreter: Interpreter,
  depth: number,
  start: DialogTarget,
  params: ReadonlyMap<string, ScriptValue>,
): Promise<Exclude<Leaving, { kind: 'dialog' }>> {
  const context: ExecutionContext = {
    interpreter,
    depth,
    root: start.root,
    document: start.document,
  }
  let visit = new FormVisit(context, start.dialog, params)
  let leaving = await interpret(visit, start, undefined)
  while (leaving.kind === 'dialog') {
    const { target, utterance } = leaving
    context.root = target.root
    context.document = target.document
    visit = new FormVisit(context, target.dialog)
    leaving = await interpret(visit, target, utterance)
  }
  return leaving
}

async function interpret(
  visit: FormVisit,
  target: DialogTarget,
  utterance: Utterance | undefined,
): Promise<Leaving> {
  try {
    return await interpretForm(visit, utterance, () => enter(visit, target))
  } catch (thrown) {
    // Whoever reads of an exceeded limit wants to know where the document was.
    if (thrown instanceof LimitExceeded) thrown.origin ??= visit.origin(visit.item ?? visit.dialog)
    throw thrown
  }
}

/**
 * Opens the scopes that the transition makes new, and runs what the documents declare in them
 * (VoiceXML 2.0 sections 1.5.2 and 5.1.2); the dialog's own comes last, still empty.
 */
async function enter(visit: FormVisit, target: DialogTarget): Promise<void> {
  const { scripts } = visit.interpreter
  const { root, document } = visit.context
  close(visit, CLOSED[target.keeps])
  if (target.keeps !== 'document') prefetchFor(visit, target)
  if (target.keeps === 'nothing') {
    scripts.pushScope('application')
    scripts.setVariable('application', 'lastresult$', undefined)
    // What the root refers to starts from the root's address.
    visit.context.document = root
    await declareAll(visit, root.document.declarations)
    visit.context.document = document
  }
  if (target.keeps !== 'document' && document !== root) {
    scripts.pushScope('document')
    await declareAll(visit, document.document.declarations)
  }
  scripts.pushScope('dialog')
}

/** What the new documents may have fetched before it is needed (section 6.1.3). */
function prefetchFor(visit: FormVisit, { root, document, keeps }: DialogTarget): void {
  const { interpreter } = visit
  interpreter.loader.forgetPrefetched()
  if (keeps === 'nothing') prefetchReferences(interpreter, root, undefined)
  if (document !== root) prefetchReferences(interpreter, document, root.document.properties)
}

const CLOSED: Readonly<Record<DialogTarget['keeps'], readonly ScopeName[]>> = {
  document: ['anonymous', 'dialog'],
  root: ['anonymous', 'dialog', 'document'],
  nothing: ['anonymous', 'dialog', 'document', 'application'],
}

function close(visit: FormVisit, names: readonly ScopeName[]): void {
  const { scripts } = visit.interpreter
  for (let last = scripts.scopes.at(-1); last !== undefined; last = scripts.scopes.at(-1)) {
    if (!names.includes(last)) return
    scripts.popScope()
  }
}

async function declareAll(
  visit: FormVisit,
  declarations: DialogTarget['document']['document']['declarations'],
): Promise<void> {
  for (const declaration of declarations) {
    visit.interpreter.budget.takeStep()
    try {
      await declare(visit, declaration)
    } catch (thrown) {
      throw visit.asEvent(thrown, declaration)
    }
  }
}
