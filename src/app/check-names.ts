import { nearestName } from '#base'
import { PREDEFINED_EVENTS, PROPERTY_NAMES } from '#vxml'
import { childElements, type XmlElement } from '#xml'
import { allElements } from './check-expressions.ts'

/** Something an element says that cannot be meant so. */
export interface Slip {
  readonly element: XmlElement
  readonly severity: 'error' | 'warning'
  readonly message: string
}

const INPUT_ITEMS = ['field', 'object', 'record', 'subdialog', 'transfer']
const FORM_ITEMS = [...INPUT_ITEMS, 'block', 'initial']

/** Names that lead to nothing: of form items, properties and events. */
export function misnamed(root: XmlElement): Slip[] {
  return [
    ...childElements(root, 'form').flatMap(namesOfItems),
    ...allElements(root).flatMap(namesOfProperties),
    ...namesOfEvents(root),
  ]
}

/** What `<goto nextitem>` and `<filled namelist>` name must be in their form. */
function namesOfItems(form: XmlElement): Slip[] {
  const named = (kinds: readonly string[]): string[] =>
    childElements(form).flatMap(({ local, attributes }) =>
      kinds.includes(local) ? (attributes.get('name')?.trim() ?? []) : [],
    )
  const [items, inputs] = [named(FORM_ITEMS), named(INPUT_ITEMS)]
  return allElements(form).flatMap((element) => {
    const { local, attributes } = element
    const next = local === 'goto' ? attributes.get('nextitem') : undefined
    const list = local === 'filled' ? attributes.get('namelist') : undefined
    const wanted = (list ?? next ?? '').split(/\s+/).filter((name) => name !== '')
    const known = list === undefined ? items : inputs
    return wanted
      .filter((name) => !items.includes(name))
      .map((name): Slip => {
        const kind = list === undefined ? 'item' : 'input item'
        const message = `<${local}>: the form has no ${kind} "${name}".${didYouMean(name, known)}`
        return { element, severity: 'error', message }
      })
  })
}

/** A name with a dot is of somebody's own (VoiceXML 2.0 section 6.3.1). */
function namesOfProperties(element: XmlElement): Slip[] {
  const name = element.local === 'property' ? element.attributes.get('name')?.trim() : undefined
  if (name === undefined || name.includes('.') || PROPERTY_NAMES.includes(name)) return []
  const hint = didYouMean(name, PROPERTY_NAMES)
  const message = `There is no property "${name}"; it is ignored.${hint}`
  return [{ element, severity: 'warning', message }]
}

/** Handlers of what nobody throws, where a name that everybody knows is near. */
function namesOfEvents(root: XmlElement): Slip[] {
  const elements = allElements(root)
  if (elements.some(({ attributes }) => attributes.has('eventexpr'))) return []
  const thrown = elements.flatMap(({ local, attributes }) =>
    local === 'catch' ? [] : (attributes.get('event') ?? []),
  )
  const known = [...thrown, ...PREDEFINED_EVENTS]
  return elements.flatMap((element) => {
    if (element.local !== 'catch') return []
    const caught = (element.attributes.get('event') ?? '').split(/\s+/)
    return caught.flatMap((name): Slip[] => {
      const bare = name.replace(/\.+$/, '')
      if (bare === '' || known.some((one) => isWithin(one, bare) || isWithin(bare, one))) return []
      const hint = didYouMean(bare, PREDEFINED_EVENTS)
      const message = `<catch>: nothing here throws "${bare}".${hint}`
      return hint === '' ? [] : [{ element, severity: 'warning', message }]
    })
  })
}

function isWithin(name: string, prefix: string): boolean {
  return name === prefix || name.startsWith(`${prefix}.`)
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = name.length < 3 ? undefined : nearestName(name, known)
  return near === undefined ? '' : ` Did you mean "${near}"?`
}
