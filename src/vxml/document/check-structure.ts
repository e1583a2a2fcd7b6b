import { childElements, type XmlElement } from '#xml'
import { CHECKS } from './check-content.ts'
import { ELEMENT_RULES, type ElementRule, OPAQUE_ELEMENTS } from './element-rules.ts'
import type { Place } from './vxml-document.ts'
import { isForeign, ownText } from './xml-reading.ts'

/** One thing that is wrong with a document. */
export interface DocumentFault extends Place {
  /** `error`: the document would not run. `warning`: it runs, but not as it reads. */
  readonly severity: 'error' | 'warning'
  /** A sentence that says what is wrong and how to mend it. */
  readonly message: string
  /** The limit of a session that the document exceeds. */
  readonly limit?: 'documentBytes' | 'elementDepth'
}

export type Report = (severity: DocumentFault['severity'], place: Place, message: string) => void

/**
 * Checks each element against its rule. What the Recommendation answers with `error.badfetch` is an
 * error; what the interpreter can leave aside, as other browsers do, is a warning.
 */
export function checkStructure(root: XmlElement, report: Report): void {
  if (root.local !== 'vxml') {
    report(
      'error',
      root,
      `The document begins with <${root.name}>; a VoiceXML document begins with <vxml version="2.1">.`,
    )
    return
  }
  checkVersion(root, report)
  const version = root.attributes.get('version')
  checkElement(root, { report, mayBeOld: version === undefined || version === '1.0' })
  checkNames(root, report)
}

interface Context {
  readonly report: Report
  /** VoiceXML 1.0 had attributes that are forgotten; in later documents they are `error.badfetch` (F.3). */
  readonly mayBeOld: boolean
}

const VERSIONS = ['1.0', '2.0', '2.1']

function checkVersion(root: XmlElement, report: Report): void {
  const version = root.attributes.get('version')
  if (version === undefined) {
    report('warning', root, '<vxml> has no version; write <vxml version="2.1">.')
  } else if (!VERSIONS.includes(version)) {
    const known = 'the versions known are 1.0, 2.0 and 2.1'
    report('error', root, `<vxml version="${version}"> is not supported; ${known}.`)
  }
}

function checkElement(element: XmlElement, context: Context): void {
  const rule = ELEMENT_RULES.get(element.local)
  if (rule === undefined) return
  const { report } = context
  checkAttributes(element, rule, context)
  if (OPAQUE_ELEMENTS.has(element.local)) return
  if (!rule.text && ownText(element) !== '') {
    report('warning', element, `Words directly in <${element.local}> are ignored.`)
  }
  CHECKS[element.local]?.(element, report)
  for (const child of childElements(element)) {
    if (isForeign(child)) {
      report('warning', child, `<${child.name}> is no element of VoiceXML; it is ignored.`)
    } else if (!ELEMENT_RULES.has(child.local)) {
      report('error', child, `<${child.local}> is no element of VoiceXML; see to its spelling.`)
    } else {
      if (!mayContain(element, rule, child.local)) {
        report(
          'warning',
          child,
          `<${child.local}> may not stand in <${element.local}>; it is ignored.`,
        )
      }
      checkElement(child, context)
    }
  }
}

/** `<prompt>` content stands in `<foreach>` of a prompt, executable content in one of a block. */
export function mayContain(parent: XmlElement, rule: ElementRule, child: string): boolean {
  return rule.children.has(child) || (parent.local === 'foreach' && child === 'mark')
}

function checkAttributes(element: XmlElement, rule: ElementRule, context: Context): void {
  const { report, mayBeOld } = context
  const tag = `<${element.local}>`
  for (const name of rule.required) {
    if (!element.attributes.has(name)) {
      report('error', element, `${tag} needs the attribute "${name}".`)
    }
  }
  for (const group of rule.exclusive) {
    const given = group.filter((name) => isGiven(element, name))
    if (given.length > 1) {
      report('error', element, `${tag} has ${list(given, 'and')}; only one of them may be given.`)
    }
  }
  for (const group of rule.oneOf) {
    if (!group.some((name) => isGiven(element, name))) {
      report('error', element, `${tag} needs one of ${list(group, 'or')}.`)
    }
  }
  for (const name of element.attributes.keys()) {
    if (name.includes(':') || name === 'xmlns' || rule.attributes.has(name)) continue
    if (mayBeOld) report('warning', element, `${tag} knows no attribute "${name}"; it is ignored.`)
    else report('error', element, `${tag} knows no attribute "${name}"; see to its spelling.`)
  }
  if (element.attributes.get('event') === '') {
    report('error', element, `${tag} has an empty event; name one, or leave the attribute out.`)
  }
}

function isGiven(element: XmlElement, name: string): boolean {
  if (name !== 'content') return element.attributes.has(name)
  return childElements(element).length > 0 || ownText(element) !== ''
}

function list(names: readonly string[], word: string): string {
  const shown = names.map((name) => (name === 'content' ? 'content of its own' : `"${name}"`))
  return shown.length < 2
    ? (shown[0] ?? '')
    : `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1)}`
}

const FORM_ITEMS = ['block', 'field', 'initial', 'object', 'record', 'subdialog', 'transfer']

/** Ids of dialogs and names of form items occur once; a fragment in the same document must lead somewhere. */
function checkNames(root: XmlElement, report: Report): void {
  const dialogs = childElements(root).filter((child) => ['form', 'menu'].includes(child.local))
  const ids = new Set<string>()
  for (const dialog of dialogs) {
    claim(ids, dialog, 'id', report)
    const names = new Set<string>()
    for (const item of childElements(dialog)) {
      if (FORM_ITEMS.includes(item.local)) claim(names, item, 'name', report)
    }
  }
  checkTargets(root, ids, report)
}

function claim(taken: Set<string>, element: XmlElement, attribute: string, report: Report): void {
  const name = element.attributes.get(attribute)
  if (name === undefined) return
  if (taken.has(name)) {
    report('error', element, `The ${attribute} "${name}" is given twice; each must be of its own.`)
  }
  taken.add(name)
}

const LEADING = new Map([
  ['goto', 'next'],
  ['choice', 'next'],
  ['link', 'next'],
  ['subdialog', 'src'],
])

function checkTargets(element: XmlElement, ids: ReadonlySet<string>, report: Report): void {
  const target = element.attributes.get(LEADING.get(element.local) ?? '')
  if (target?.startsWith('#') && !ids.has(target.slice(1))) {
    report(
      'warning',
      element,
      `<${element.local}> leads to "${target}", but no form or menu of this document has that id.`,
    )
  }
  if (!OPAQUE_ELEMENTS.has(element.local)) {
    for (const child of childElements(element)) checkTargets(child, ids, report)
  }
}
