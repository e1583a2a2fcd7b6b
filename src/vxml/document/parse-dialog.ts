import { childElements, type XmlElement } from '#xml'
import { isDeclaration, parseDeclaration, parseExecutables } from './parse-executable.ts'
import { FORM_ITEM_ELEMENTS, parseFormItem } from './parse-form-item.ts'
import { parseItemPrompts, parsePromptContent } from './parse-prompt.ts'
import {
  parseCatches,
  parseGrammar,
  parseLeads,
  parseLink,
  parseProperties,
  scopeOf,
} from './parse-scoped.ts'
import type {
  ChoiceNode,
  Declaration,
  Dialog,
  FilledNode,
  FormItem,
  MenuItem,
} from './vxml-document.ts'
import { attribute, childrenNamed, isForeign, optional, placeOf, wordList } from './xml-reading.ts'

/** A `<form>` (VoiceXML 2.0 section 2.1). */
export function parseForm(element: XmlElement): Dialog {
  const entries: (Declaration | FormItem)[] = []
  const filleds: FilledNode[] = []
  for (const child of childElements(element)) {
    if (isForeign(child)) continue
    if (isDeclaration(child)) {
      entries.push(parseDeclaration(child))
    } else if (FORM_ITEM_ELEMENTS.has(child.local)) {
      const item = parseFormItem(child)
      entries.push(item)
      filleds.push(...childrenNamed(child, 'filled').map((filled) => parseFilled(filled, item)))
    } else if (child.local === 'filled') {
      filleds.push(parseFilled(child))
    }
  }
  const scope = scopeOf(element) ?? 'dialog'
  return {
    kind: 'form',
    ...placeOf(element),
    ...optional('id', attribute(element, 'id')),
    scope,
    entries,
    items: entries.filter(isFormItem),
    filleds,
    grammars: childrenNamed(element, 'grammar').map((grammar) => parseGrammar(grammar, scope)),
    links: childrenNamed(element, 'link').map(parseLink),
    catches: parseCatches(element),
    properties: parseProperties(element),
  }
}

function isFormItem(entry: Declaration | FormItem): entry is FormItem {
  return entry.kind !== 'var' && entry.kind !== 'script' && entry.kind !== 'data'
}

function parseFilled(element: XmlElement, item?: FormItem): FilledNode {
  return {
    ...placeOf(element),
    ...optional('item', item),
    mode: attribute(element, 'mode') === 'any' ? 'any' : 'all',
    namelist: wordList(element, 'namelist'),
    content: parseExecutables(element),
  }
}

/** A `<menu>` (section 2.2), as the form with one item that appendix C takes it for. */
export function parseMenu(element: XmlElement): Dialog {
  const item: MenuItem = {
    kind: 'menu',
    ...placeOf(element),
    prompts: parseItemPrompts(element),
    catches: [],
    properties: new Map(),
    grammars: [],
    links: [],
    modal: false,
    choices: parseChoices(element),
  }
  return {
    kind: 'menu',
    ...placeOf(element),
    ...optional('id', attribute(element, 'id')),
    scope: scopeOf(element) ?? 'dialog',
    entries: [item],
    items: [item],
    filleds: [],
    grammars: [],
    links: [],
    catches: parseCatches(element),
    properties: parseProperties(element),
  }
}

/**
 * With `dtmf="true"` the first nine choices without a sequence of their own get 1, 2 … as keys;
 * choices that have one may only have 0, *, # or longer ones then (section 2.2.1).
 */
function parseChoices(menu: XmlElement): ChoiceNode[] {
  const numbered = attribute(menu, 'dtmf')?.trim() === 'true'
  let next = 1
  return childrenNamed(menu, 'choice').map((element) => {
    const given = attribute(element, 'dtmf')
    const dtmf = given ?? (numbered && next <= 9 ? String(next++) : undefined)
    const accept = attribute(element, 'accept') ?? attribute(menu, 'accept')
    const content = parsePromptContent(element)
    return {
      ...placeOf(element),
      ...optional('dtmf', dtmf),
      accept: accept === 'approximate' ? 'approximate' : 'exact',
      text: content
        .map((part) => (part.kind === 'text' ? part.text : ' '))
        .join('')
        .trim(),
      content,
      grammars: childrenNamed(element, 'grammar').map((grammar) => parseGrammar(grammar)),
      ...parseLeads(element),
    }
  })
}
