import { childElements, type XmlElement } from '#xml'
import { parseExecutables } from './parse-executable.ts'
import { positiveCount } from './parse-prompt.ts'
import type { CatchNode, GrammarNode, Leads, LinkNode, Properties } from './vxml-document.ts'
import {
  attribute,
  childrenNamed,
  expression,
  fetching,
  isForeign,
  optional,
  placeOf,
  splitWords,
  written,
} from './xml-reading.ts'

/** A `<link>` (section 2.5). */
export function parseLink(element: XmlElement): LinkNode {
  return {
    ...placeOf(element),
    ...optional('dtmf', attribute(element, 'dtmf')),
    grammars: childrenNamed(element, 'grammar').map((grammar) => parseGrammar(grammar)),
    ...parseLeads(element),
  }
}

export function parseLeads(element: XmlElement): Leads {
  return {
    ...optional('next', written(element, 'next', 'expr')),
    ...optional('event', written(element, 'event', 'eventexpr')),
    ...optional('message', written(element, 'message', 'messageexpr')),
    fetching: fetching(element),
  }
}

/** A `<grammar>` (section 3.1.1.4); its own scope wins over the form's (section 3.1.3). */
export function parseGrammar(element: XmlElement, formScope?: 'dialog' | 'document'): GrammarNode {
  const mode = attribute(element, 'mode')
  return {
    ...placeOf(element),
    element,
    ...optional('src', written(element, 'src', 'srcexpr')),
    ...optional('type', attribute(element, 'type')),
    ...(mode === 'dtmf' || mode === 'voice' ? { mode } : {}),
    ...optional('scope', scopeOf(element) ?? formScope),
    fetching: fetching(element),
  }
}

export function scopeOf(element: XmlElement): 'dialog' | 'document' | undefined {
  const scope = attribute(element, 'scope')
  return scope === 'dialog' || scope === 'document' ? scope : undefined
}

const SHORTHANDS = ['error', 'help', 'noinput', 'nomatch']

/** `<catch>` and its shorthands (sections 5.2.2, 5.2.3). */
export function parseCatches(element: XmlElement): CatchNode[] {
  return childElements(element).flatMap((child): CatchNode[] => {
    if (isForeign(child)) return []
    if (SHORTHANDS.includes(child.local)) return [parseCatch(child, [child.local])]
    if (child.local !== 'catch') return []
    const events = splitWords(attribute(child, 'event') ?? '.')
    return [
      parseCatch(
        child,
        events.map((event) => event.replace(/\.+$/, '')),
      ),
    ]
  })
}

function parseCatch(element: XmlElement, events: readonly string[]): CatchNode {
  return {
    ...placeOf(element),
    events,
    count: positiveCount(element),
    ...optional('cond', expression(element, 'cond')),
    content: parseExecutables(element),
  }
}

/** `<property>` (section 6.3): of two with one name the later one holds. */
export function parseProperties(element: XmlElement): Properties {
  return new Map(
    childrenNamed(element, 'property').map((child) => [
      attribute(child, 'name')?.trim() ?? '',
      attribute(child, 'value')?.trim() ?? '',
    ]),
  )
}
