import type { FormVisit } from '../dialog/form-visit.ts'
import type { ExecutionContext } from '../dialog/interpreter.ts'
import type { DialogTarget, Flow, Leaving } from '../dialog/leaving.ts'
import type {
  Dialog,
  Fetching,
  GotoNode,
  Sending,
  SubmitNode,
  VxmlDocument,
} from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { withFetchAudio } from '../fetch/fetch-audio.ts'
import { type FetchPolicy, fetchPolicy } from '../fetch/fetch-policy.ts'
import { resolveUri, splitFragment } from '../fetch/resolve-uri.ts'
import type { LoadedDocument } from '../fetch/resource-loader.ts'
import { inputItemNames, submission } from './submission.ts'

/** VoiceXML 2.0 section 5.3.7. */
export async function goTo(visit: FormVisit, element: GotoNode): Promise<Flow> {
  if (element.nextItem !== undefined) {
    const name = visit.evaluateWritten(element.nextItem)
    if (!visit.dialog.items.some((item) => item.name === name)) {
      // "For errors which occur during form item transition, the event is handled in the dialog scope."
      visit.item = undefined
      throw new VxmlEvent('error.badfetch', `The form has no item "${name}".`)
    }
    return { kind: 'item', name }
  }
  const next = element.next === undefined ? '' : visit.evaluateWritten(element.next)
  return await leadTo(visit, next, element.fetching)
}

/** Where `<goto>`, `<choice>` and `<link>` lead. */
export async function leadTo(
  visit: FormVisit,
  reference: string,
  fetching: Fetching,
): Promise<Leaving> {
  const { root, document } = visit.context
  // A fragment alone never fetches: the document and its variables are kept.
  if (reference.trim().startsWith('#')) {
    const dialog = findDialog(document, splitFragment(reference.trim()).fragment)
    return { kind: 'dialog', target: { dialog, document, root, keeps: 'document' } }
  }
  const sending = { method: 'GET' } as const
  const target = await findTarget(visit, { reference, fetching, sending, namelist: [] })
  return { kind: 'dialog', target }
}

/** Section 5.3.8: always fetches; a fragment alone is the current document's address with it. */
export async function submit(visit: FormVisit, element: SubmitNode): Promise<Leaving> {
  const target = await findTarget(visit, {
    reference: visit.evaluateWritten(element.next),
    fetching: element.fetching,
    sending: element,
    namelist: element.namelist ?? inputItemNames(visit),
    always: true,
  })
  return { kind: 'dialog', target }
}

export interface TargetRequest {
  readonly reference: string
  readonly fetching: Fetching
  readonly sending: Sending
  /** The variables that go with it. */
  readonly namelist: readonly string[]
  /** A `<submit>` or `<subdialog>`: fetched even where the document is loaded. */
  readonly always?: boolean
  /** For a context of its own: of the root document in use there, nothing is taken (section 1.5.2). */
  readonly separate?: boolean
}

/** Fetches the document and its root, and finds the dialog. What fails is `error.badfetch`. */
export async function findTarget(visit: FormVisit, request: TargetRequest): Promise<DialogTarget> {
  const { context } = visit
  const { root, document } = context
  const { address, fragment } = splitFragment(resolveReference(visit, request.reference))
  // Leaf to root within the application: the root context is preserved (section 1.5.2); "if the URI
  // reference to the root document contains a query string", it is fetched all the same (6.1.1).
  const isRoot = document !== root && address === root.uri && !address.includes('?')
  if (isRoot && request.always !== true) {
    return { dialog: findDialog(root, fragment), document: root, root, keeps: 'root' }
  }
  const policy = fetchPolicy(visit.properties, 'document', request.fetching)
  const sent = submission(visit, request.sending, request.namelist)
  const within = request.separate === true ? { interpreter: context.interpreter } : context
  return await withFetchAudio(visit, request.fetching, async () => {
    const loaded = await context.interpreter.loader.loadDocument({
      uri: address,
      ...sent,
      ...policy,
    })
    const dialog = findDialog(loaded, fragment)
    return { dialog, document: loaded, ...(await findRoot(within, loaded, policy)) }
  })
}

/**
 * The application root document of `leaf`: the one in use where its name is the same. "There is no
 * markup mechanism to control the caching policy" of it (section 6.1.2.1): of the policy only the time
 * counts.
 */
export async function findRoot(
  context: Pick<ExecutionContext, 'interpreter'> & { readonly root?: LoadedDocument },
  leaf: LoadedDocument,
  { timeoutMs }: Pick<FetchPolicy, 'timeoutMs'>,
): Promise<Pick<DialogTarget, 'root' | 'keeps'>> {
  if (leaf.document.application === undefined) return { root: leaf, keeps: 'nothing' }
  const resolved = resolveUri(leaf.document.application, leaf.base)
  if (resolved === undefined) {
    const sentence = `"${leaf.document.application}" is no address of an application root document.`
    throw new VxmlEvent('error.badfetch', sentence)
  }
  const { address } = splitFragment(resolved)
  if (context.root?.uri === address) return { root: context.root, keeps: 'root' }
  const root = await context.interpreter.loader.loadDocument({
    uri: address,
    method: 'GET',
    fields: [],
    timeoutMs,
  })
  if (root.document.application !== undefined) {
    const sentence = `${address} is an application root document, and names one itself.`
    throw new VxmlEvent('error.semantic', sentence)
  }
  return { root, keeps: 'nothing' }
}

/** The dialog with that id; the lexically first without one. */
export function findDialog(
  { uri, document }: { readonly uri: string; readonly document: VxmlDocument },
  fragment: string | undefined,
): Dialog {
  const dialog =
    fragment === undefined
      ? document.dialogs[0]
      : document.dialogs.find(({ id }) => id === safeDecode(fragment) || id === fragment)
  if (dialog !== undefined) return dialog
  const missing = fragment === undefined ? 'form or menu' : `form or menu with the id "${fragment}"`
  throw new VxmlEvent('error.badfetch', `${uri} has no ${missing}.`)
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function resolveReference(visit: FormVisit, reference: string): string {
  const uri = resolveUri(reference, visit.context.document.base)
  if (uri !== undefined) return uri
  throw new VxmlEvent('error.badfetch', `"${reference}" is no http or https address.`)
}
