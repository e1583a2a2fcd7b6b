import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  XmlDocument as SchemaDocument,
  XmlBufferInputProvider,
  XmlLibError,
  XsdValidator,
  xmlRegisterInputProvider,
} from 'libxml2-wasm'
import { childElements, type XmlElement } from '#xml'

/** What the schema has against one element. */
export interface SchemaFault {
  readonly element: XmlElement
  readonly message: string
  /** The attribute that the schema does not know. */
  readonly strangeAttribute?: string
}

const VXML = 'http://www.w3.org/2001/vxml'
const SRGS = 'http://www.w3.org/2001/06/grammar'

/** The schemas of VoiceXML 2.1, in which version 2.0 is contained, and of SRGS 1.0. */
const SCHEMAS: Readonly<Record<string, string>> = { [VXML]: 'vxml.xsd', [SRGS]: 'grammar.xsd' }

/** Beside `src/` in a checkout, beside `lib/` once installed. */
const FOLDER = join(import.meta.dirname, '..', '..', 'schemas', 'vxml21')
const validators = new Map<string, XsdValidator>()

/**
 * What the W3C's schema finds, in its order. `text`: the document that `root` was read from; where it names
 * no namespace, VoiceXML's is meant.
 */
export function schemaFaults(text: string, root: XmlElement): SchemaFault[] {
  const namespace = root.namespace === '' ? VXML : root.namespace
  const schema = SCHEMAS[namespace]
  // Version 1.0 had a DTD of its own.
  if (schema === undefined || (namespace === VXML && root.attributes.get('version') === '1.0')) {
    return []
  }
  const whole =
    root.namespace === '' ? text.replace(`<${root.name}`, `<${root.name} xmlns="${VXML}"`) : text
  let document: SchemaDocument | undefined
  try {
    document = SchemaDocument.fromString(whole)
    validator(schema).validate(document)
    return []
  } catch (thrown) {
    if (!(thrown instanceof XmlLibError)) throw thrown
    // What a facet says is said once more of the type.
    const details = thrown.details.filter(
      ({ message, xpath }, index) =>
        !REPEATED.test(message) || thrown.details[index - 1]?.xpath !== xpath,
    )
    return details.flatMap(({ message, xpath }) => {
      const element = xpath === undefined ? undefined : elementAt(root, xpath)
      return element === undefined ? [] : [faultOf(element, message)]
    })
  } finally {
    document?.dispose()
  }
}

const REPEATED = /is not a valid value of the (list|union|local union|atomic) type/

/** Made once: the schema files are read from the disk, and nothing from the network. */
function validator(schema: string): XsdValidator {
  const known = validators.get(schema)
  if (known !== undefined) return known
  if (validators.size === 0) provideSchemas()
  const source = SchemaDocument.fromBuffer(readFileSync(join(FOLDER, schema)), {
    url: `schema:/${schema}`,
  })
  const made = XsdValidator.fromDoc(source)
  validators.set(schema, made)
  return made
}

function provideSchemas(): void {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.xsd'))
  const named = files.map((name) => {
    const address = name === 'xml.xsd' ? 'http://www.w3.org/2001/xml.xsd' : `schema:/${name}`
    return [address, readFileSync(join(FOLDER, basename(name)))] as const
  })
  xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(named)))
}

/** The validator tells the place as a path of names and indices, e.g. `/*` + `/*[2]`. */
function elementAt(root: XmlElement, xpath: string): XmlElement | undefined {
  let at: XmlElement | undefined
  for (const step of xpath.split('/').slice(1)) {
    const [, name = '*', index = '1'] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step) ?? []
    const among: XmlElement[] = at === undefined ? [root] : childElements(at)
    const named = name === '*' ? among : among.filter((element) => element.name === name)
    at = named[Number(index) - 1]
    if (at === undefined) return undefined
  }
  return at
}

/** In words without namespaces: `Element '{http://…}field', attribute 'x': …`. */
function faultOf(element: XmlElement, details: string): SchemaFault {
  const message = details
    .trim()
    .replaceAll(/\{http[^}]*\}/g, '')
    .replace(/\[facet '[^']*'\] /, '')
    .replace(/^Element '([^']*)'/, '<$1>')
    .replace(/: This element is not expected\./, ' is not expected here.')
  const strange = /, attribute '([^']*)': The attribute '[^']*' is not allowed/.exec(message)?.[1]
  return { element, message, ...(strange === undefined ? {} : { strangeAttribute: strange }) }
}
