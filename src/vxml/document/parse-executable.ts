import { childElements, textContent, type XmlElement, type XmlText } from '#xml'
import {
  IMPLIED_PROMPT_ELEMENTS,
  impliedPrompt,
  isBlank,
  parsePrompt,
  parsePromptContent,
  parseSpeechElement,
  spokenText,
} from './parse-prompt.ts'
import type {
  DataNode,
  Executable,
  Expression,
  GotoNode,
  IfNode,
  PromptContent,
  ScriptNode,
  SubmitNode,
  VarNode,
} from './vxml-document.ts'
import {
  attribute,
  expression,
  fetching,
  isForeign,
  optional,
  placeOf,
  requiredWritten,
  sending,
  wordList,
  written,
} from './xml-reading.ts'

/** Executable content (VoiceXML 2.0 section 5.3); what is not executable is left aside. */
export function parseExecutables(element: XmlElement): Executable[] {
  return parseSequence(element, element.children)
}

function parseSequence(
  parent: XmlElement,
  children: readonly (XmlElement | XmlText)[],
): Executable[] {
  const content: Executable[] = []
  let bare: PromptContent[] = []
  const flush = (): void => {
    if (!bare.every(isBlank)) content.push(impliedPrompt(parent, bare))
    bare = []
  }
  for (const child of children) {
    if (child.kind === 'text') {
      bare.push(spokenText(child))
    } else if (isForeign(child)) {
    } else if (IMPLIED_PROMPT_ELEMENTS.has(child.local)) {
      bare.push(...parseSpeechElement(child))
    } else {
      flush()
      const parsed = parseExecutable(child)
      if (parsed !== undefined) content.push(parsed)
    }
  }
  flush()
  return content
}

function parseExecutable(element: XmlElement): Executable | undefined {
  const place = placeOf(element)
  switch (element.local) {
    case 'var':
      return parseVar(element)
    case 'script':
      return parseScript(element)
    case 'data':
      return parseData(element)
    case 'prompt':
      return parsePrompt(element)
    case 'reprompt':
      return { kind: 'reprompt', ...place }
    case 'assign':
      return { kind: 'assign', ...place, name: name(element), expr: needed(element, 'expr') }
    case 'clear':
      return { kind: 'clear', ...place, namelist: wordList(element, 'namelist') }
    case 'if':
      return parseIf(element)
    case 'foreach':
      return {
        kind: 'foreach',
        ...place,
        item: attribute(element, 'item') ?? '',
        array: needed(element, 'array'),
        content: parseExecutables(element),
      }
    case 'goto':
      return parseGoto(element)
    case 'submit':
      return parseSubmit(element)
    case 'exit':
      return {
        kind: 'exit',
        ...place,
        ...optional('expr', expression(element, 'expr')),
        namelist: wordList(element, 'namelist'),
      }
    case 'return':
      return {
        kind: 'return',
        ...place,
        ...optional('event', written(element, 'event', 'eventexpr')),
        ...optional('message', written(element, 'message', 'messageexpr')),
        namelist: wordList(element, 'namelist'),
      }
    case 'disconnect':
      return { kind: 'disconnect', ...place, namelist: wordList(element, 'namelist') }
    case 'throw':
      return {
        kind: 'throw',
        ...place,
        event: requiredWritten(element, 'event', 'eventexpr'),
        ...optional('message', written(element, 'message', 'messageexpr')),
      }
    case 'log':
      return {
        kind: 'log',
        ...place,
        label: attribute(element, 'label') ?? '',
        ...optional('expr', expression(element, 'expr')),
        content: parsePromptContent(element),
      }
    default:
      return undefined
  }
}

const name = (element: XmlElement): string => attribute(element, 'name')?.trim() ?? ''

function needed(element: XmlElement, attributeName: string): Expression {
  return expression(element, attributeName) ?? { code: '', ...placeOf(element) }
}

export function parseVar(element: XmlElement): VarNode {
  return {
    kind: 'var',
    ...placeOf(element),
    name: name(element),
    ...optional('expr', expression(element, 'expr')),
  }
}

export function parseScript(element: XmlElement): ScriptNode {
  return {
    kind: 'script',
    ...placeOf(element),
    ...optional('src', written(element, 'src', 'srcexpr')),
    ...optional('charset', attribute(element, 'charset')),
    code: scriptCode(element),
    fetching: fetching(element),
  }
}

/** The lines are kept, so that an error names the right one. */
function scriptCode(element: XmlElement): Expression {
  const text = element.children.find((child) => child.kind === 'text')
  const place = text === undefined ? placeOf(element) : { line: text.line, column: text.column }
  return { code: textContent(element), ...place }
}

export function parseData(element: XmlElement): DataNode {
  return {
    kind: 'data',
    ...placeOf(element),
    ...optional('name', attribute(element, 'name')),
    src: requiredWritten(element, 'src', 'srcexpr'),
    ...sending(element),
    namelist: wordList(element, 'namelist'),
    fetching: fetching(element),
  }
}

/** `<elseif>` and `<else>` stand between the branches, as empty elements (section 5.3.4). */
function parseIf(element: XmlElement): IfNode {
  const branches: { cond?: Expression; children: (XmlElement | XmlText)[] }[] = [
    { cond: needed(element, 'cond'), children: [] },
  ]
  for (const child of element.children) {
    if (child.kind === 'element' && child.local === 'elseif') {
      branches.push({ cond: needed(child, 'cond'), children: [] })
    } else if (child.kind === 'element' && child.local === 'else') {
      branches.push({ children: [] })
    } else {
      branches.at(-1)!.children.push(child)
    }
  }
  return {
    kind: 'if',
    ...placeOf(element),
    branches: branches.map((branch) => ({
      ...optional('cond', branch.cond),
      content: parseSequence(element, branch.children),
    })),
  }
}

function parseGoto(element: XmlElement): GotoNode {
  return {
    kind: 'goto',
    ...placeOf(element),
    ...optional('next', written(element, 'next', 'expr')),
    ...optional('nextItem', written(element, 'nextitem', 'expritem')),
    fetching: fetching(element),
  }
}

function parseSubmit(element: XmlElement): SubmitNode {
  return {
    kind: 'submit',
    ...placeOf(element),
    next: requiredWritten(element, 'next', 'expr'),
    ...sending(element),
    ...(element.attributes.has('namelist') ? { namelist: wordList(element, 'namelist') } : {}),
    fetching: fetching(element),
  }
}

/** What is declared where a document or form begins. */
export function isDeclaration(element: XmlElement): boolean {
  return ['var', 'script', 'data'].includes(element.local) && !isForeign(element)
}

export function parseDeclarations(element: XmlElement): (VarNode | ScriptNode | DataNode)[] {
  return childElements(element).filter(isDeclaration).map(parseDeclaration)
}

export function parseDeclaration(element: XmlElement): VarNode | ScriptNode | DataNode {
  if (element.local === 'var') return parseVar(element)
  return element.local === 'script' ? parseScript(element) : parseData(element)
}
