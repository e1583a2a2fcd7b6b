import { childElements, type XmlElement } from '#xml'

/** A reference of one document to a dialog, document or file. */
export interface Reference {
  readonly element: XmlElement
  /** As written. */
  readonly target: string
  readonly to: 'dialog' | 'resource'
}

const TO_DIALOGS: Readonly<Record<string, string>> = {
  goto: 'next',
  choice: 'next',
  link: 'next',
  subdialog: 'src',
  vxml: 'application',
}
const TO_RESOURCES: Readonly<Record<string, string>> = {
  audio: 'src',
  script: 'src',
  grammar: 'src',
}

/** What is referred to by plain addresses; those that are computed cannot be known. */
export function references(root: XmlElement): Reference[] {
  return walk(root).flatMap((element): Reference[] => {
    const dialog = element.attributes.get(TO_DIALOGS[element.local] ?? '')
    const resource = element.attributes.get(TO_RESOURCES[element.local] ?? '')
    if (dialog !== undefined) return [{ element, target: dialog.trim(), to: 'dialog' }]
    if (resource === undefined || /^builtin:/i.test(resource.trim())) return []
    return [{ element, target: resource.trim(), to: 'resource' }]
  })
}

/**
 * Dialogs of a document to which nothing leads: neither from the first one on, nor from outside of the
 * dialogs, nor by a scope that makes their grammars heard elsewhere. `entered`: ids that other documents
 * lead to. None where a target is computed.
 */
export function unreachableDialogs(root: XmlElement, entered: ReadonlySet<string>): XmlElement[] {
  const dialogs = childElements(root).filter(isDialog)
  if (walk(root).some(isComputed)) return []
  const byId = new Map(dialogs.map((dialog) => [dialog.attributes.get('id') ?? '', dialog]))
  const outside = childElements(root).filter((element) => !isDialog(element))
  const reached = new Set<XmlElement>()
  const reach = (from: readonly XmlElement[]): void => {
    for (const { target, to } of from.flatMap(references)) {
      const next = to === 'dialog' && target.startsWith('#') ? byId.get(target.slice(1)) : undefined
      if (next !== undefined) enter(next)
    }
  }
  const enter = (dialog: XmlElement): void => {
    if (reached.has(dialog)) return
    reached.add(dialog)
    reach([dialog])
  }
  dialogs.filter((dialog, index) => index === 0 || isHeardEverywhere(dialog)).forEach(enter)
  for (const id of entered) if (byId.has(id)) enter(byId.get(id) as XmlElement)
  reach(outside)
  return dialogs.filter((dialog) => !reached.has(dialog))
}

function walk(element: XmlElement): XmlElement[] {
  if (element.local === 'metadata') return []
  if (element.local === 'grammar') return [element]
  return [element, ...childElements(element).flatMap(walk)]
}

function isDialog(element: XmlElement): boolean {
  return element.local === 'form' || element.local === 'menu'
}

const LEADING = ['goto', 'submit', 'choice', 'link']

function isComputed(element: XmlElement): boolean {
  const { attributes, local } = element
  if (LEADING.includes(local)) return attributes.has('expr')
  return local === 'subdialog' && attributes.has('srcexpr')
}

function isHeardEverywhere(dialog: XmlElement): boolean {
  const scopes = [dialog, ...childElements(dialog, 'grammar')]
  return scopes.some((element) => element.attributes.get('scope') === 'document')
}
