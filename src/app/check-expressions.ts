import { nearestName } from '#base'
import { childElements, textContent, type XmlElement } from '#xml'

/** A name in an expression that nothing declares where it stands. */
export interface UnknownName {
  readonly element: XmlElement
  readonly name: string
  /** What it was most likely meant to be. */
  readonly near?: string
  /** The dialog that has a variable of that name, and keeps it to itself. */
  readonly owner?: XmlElement
}

/**
 * Names in simple expressions that no element or script of the document declares: of calls, operators and
 * properties, not of functions and statements. It may miss some, but does not name one without need.
 * `outer`: what the application root document and scripts elsewhere declare.
 */
export function unknownNames(root: XmlElement, outer: readonly string[]): UnknownName[] {
  const dialogs = childElements(root).filter(({ local }) => local === 'form' || local === 'menu')
  const elements = allElements(root)
  const everywhere = new Set([...outer, ...elements.flatMap(declaredNames)])
  // What a script assigns may become a variable of anywhere.
  const scripts = elements.filter(({ local }) => local === 'script')
  const inside = new Set(dialogs.flatMap(allElements))
  const shared = [...scripts, ...elements.filter((element) => !inside.has(element))]
  const known = new Set([...outer, ...shared.flatMap(declaredNames)])
  const own = new Map(
    dialogs.map((dialog) => [dialog, new Set(allElements(dialog).flatMap(declaredNames))]),
  )
  const unknown = (within: readonly XmlElement[], isKnown: (name: string) => boolean) =>
    within.flatMap((element) => {
      const used = new Set(expressionsOf(element).flatMap(namesIn))
      return [...used]
        .filter((name) => !isKnown(name) && !KNOWN.has(name))
        .map((name): UnknownName => {
          const owner = dialogs.find((dialog) => own.get(dialog)?.has(name))
          if (owner !== undefined) return { element, name, owner }
          const near = name.length < SHORT ? undefined : nearestName(name, [...everywhere])
          return { element, name, ...(near === undefined ? {} : { near }) }
        })
    })
  return [
    // A handler of the document runs wherever the event arose.
    ...unknown(
      elements.filter((element) => !inside.has(element)),
      (name) => everywhere.has(name),
    ),
    ...dialogs.flatMap((dialog) =>
      unknown(
        allElements(dialog),
        (name) => known.has(name) || own.get(dialog)?.has(name) === true,
      ),
    ),
  ]
}

/** What a root document declares for its leaves. */
export function rootNames(root: XmlElement): string[] {
  return childElements(root).flatMap(declaredNames)
}

/** Names this short are near to everything. */
const SHORT = 3

/** An element and those in it that are VoiceXML. */
export function allElements(element: XmlElement): XmlElement[] {
  if (['grammar', 'metadata'].includes(element.local)) return [element]
  return [element, ...childElements(element).flatMap(allElements)]
}

const NAMING = [
  'var',
  'data',
  'block',
  'field',
  'initial',
  'object',
  'record',
  'subdialog',
  'transfer',
]

function declaredNames(element: XmlElement): string[] {
  const name = element.attributes.get('name')?.trim()
  if (element.local === 'foreach') return [element.attributes.get('item') ?? '']
  if (element.local === 'script') return scriptNames(textContent(element))
  if (name === undefined || !NAMING.includes(element.local)) return []
  return [name, `${name}$`]
}

/** Whatever a script declares or assigns anywhere: too many is better than too few. */
export function scriptNames(code: string): string[] {
  return [
    ...code.matchAll(
      /\b(?:var|let|const|function|class)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu,
    ),
    ...code.matchAll(/([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=(?!=)/gu),
    ...code.matchAll(/,\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?=[,;=\n])/gu),
  ].map((match) => match[1] ?? '')
}

const EXPRESSIONS = [
  ...['expr', 'cond', 'srcexpr', 'destexpr', 'eventexpr', 'messageexpr', 'expritem', 'array'],
  ...['nameexpr', 'aaiexpr'],
]

/** Expressions of an element, and names that are used as one. */
function expressionsOf(element: XmlElement): string[] {
  const found = EXPRESSIONS.flatMap((name) => element.attributes.get(name) ?? [])
  if (element.local === 'assign') found.push(element.attributes.get('name') ?? '')
  const isList = ['submit', 'exit', 'return', 'disconnect', 'clear', 'subdialog', 'data']
  const list = isList.includes(element.local) ? element.attributes.get('namelist') : undefined
  return list === undefined ? found : [...found, ...list.split(/\s+/)]
}

const STATEMENTS = /=>|\b(function|var|let|const|for|while|try|class)\b/
const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\.\s*[\p{ID_Start}$_][\p{ID_Continue}$]*|[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\s*:(?!:))?|\d[\w.]*|[\s\S]/gu

/** Free names: not of properties, nor of keys in an object. */
function namesIn(expression: string): string[] {
  if (STATEMENTS.test(expression)) return []
  // A regular expression cannot be told from divisions without parsing.
  if (/[-=(,:!&|?+*%{[;~^<>]\s*\/|^\s*\//.test(expression)) return []
  const inObject = expression.includes('{')
  return [...expression.matchAll(TOKEN)].flatMap(([token]) => {
    if (!/^[\p{ID_Start}$_]/u.test(token)) return []
    const isKey = token.endsWith(':')
    // `a ? b : c` has names before colons too.
    return isKey && inObject ? [] : [token.replace(/\s*:$/, '')]
  })
}

const KNOWN = new Set(
  (
    'session application document dialog _event _message _prompt _dtmf true false null this undefined ' +
    'typeof instanceof in new void delete NaN Infinity Math Date String Number Boolean Array Object ' +
    'RegExp JSON Map Set Symbol Error TypeError RangeError ReferenceError SyntaxError URIError EvalError ' +
    'parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent ' +
    'escape unescape eval globalThis Function lastresult$'
  )
    .split(' ')
    .concat(''),
)
