import type { XmlElement, XmlNode } from '#xml'
import { attribute } from './xml-reading.ts'

/**
 * A document of VoiceXML 1.0 in the words of 2.0 (appendix J of VoiceXML 2.0 tells what was renamed): the
 * elements of speech markup, `<dtmf>`, and the event of a hang-up. Any other document comes back as it is.
 */
export function fromVersion1(root: XmlElement): XmlElement {
  return attribute(root, 'version')?.trim() === '1.0' ? renamed(root, undefined) : root
}

function renamed(element: XmlElement, parent: XmlElement | undefined): XmlElement {
  const { local, attributes } = RENAMED[element.local]?.(element.attributes) ?? element
  const events = attributes
    .get('event')
    ?.replace(/\btelephone\.disconnect\b/g, 'connection.disconnect')
  const changed: XmlElement & { children: XmlNode[] } = {
    ...element,
    local,
    name: element.prefix === '' ? local : element.name,
    attributes: events === undefined ? attributes : new Map([...attributes, ['event', events]]),
    parent,
    children: [],
  }
  for (const child of element.children) {
    changed.children.push(
      child.kind === 'text' ? { ...child, parent: changed } : renamed(child, changed),
    )
  }
  return changed
}

type Attributes = XmlElement['attributes']
type Renaming = Pick<XmlElement, 'local' | 'attributes'>

const RENAMED: Readonly<Record<string, (attributes: Attributes) => Renaming>> = {
  dtmf: (attributes) => ({ local: 'grammar', attributes: withValue(attributes, 'mode', 'dtmf') }),
  emp: (attributes) => ({ local: 'emphasis', attributes }),
  pros: (attributes) => ({ local: 'prosody', attributes: moved(attributes, 'vol', 'volume') }),
  div: (attributes) => ({
    local: attributes.get('type') === 'paragraph' ? 'p' : 's',
    attributes: new Map(),
  }),
  sayas: (attributes) =>
    attributes.has('sub')
      ? { local: 'sub', attributes: moved(attributes, 'sub', 'alias') }
      : { local: 'say-as', attributes: moved(attributes, 'class', 'interpret-as') },
}

function withValue(attributes: Attributes, name: string, value: string): Attributes {
  return new Map([...attributes, [name, value]])
}

function moved(attributes: Attributes, from: string, to: string): Attributes {
  return new Map([...attributes].map(([name, value]) => [name === from ? to : name, value]))
}
