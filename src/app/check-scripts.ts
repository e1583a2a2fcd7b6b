import { Script } from 'node:vm'
import { textContent, type XmlElement } from '#xml'
import { allElements } from './check-expressions.ts'
import type { Slip } from './check-names.ts'

const EXPRESSIONS = [
  ...['expr', 'cond', 'srcexpr', 'destexpr', 'eventexpr', 'messageexpr', 'expritem', 'array'],
  ...['nameexpr', 'aaiexpr'],
]

/** Scripts and expressions that are no ECMAScript, and conditions that assign. Nothing is executed. */
export function misspoken(root: XmlElement): Slip[] {
  return allElements(root).flatMap((element) => {
    const { local, attributes } = element
    if (local === 'script') return inScript(element)
    return EXPRESSIONS.flatMap((name) => {
      const code = attributes.get(name)
      return code === undefined ? [] : inExpression(element, name, code)
    })
  })
}

function inScript(element: XmlElement): Slip[] {
  const text = element.children.find(({ kind }) => kind === 'text') ?? element
  const error = syntaxError(textContent(element))
  if (error === undefined) return []
  const at = { ...element, line: text.line + error.line - 1, column: 1 }
  const place = error.line === 1 ? element : at
  return [{ element: place, severity: 'error', message: `<script>: ${error.message}.` }]
}

function inExpression(element: XmlElement, name: string, code: string): Slip[] {
  const slip = (severity: Slip['severity'], sentence: string): Slip[] => [
    { element, severity, message: `<${element.local}>: ${sentence}` },
  ]
  if (code.trim() === '') return slip('error', `${name} is empty; write an expression.`)
  const error = syntaxError(`(${code}\n)`)
  if (error !== undefined) return slip('error', `${name}="${code}": ${error.message}.`)
  if (name !== 'cond' || !ASSIGNS.test(code.replace(STRINGS, "''"))) return []
  return slip('warning', `cond="${code}" assigns; to compare, write ==.`)
}

const STRINGS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g
/** One `=` that belongs to no comparison, arrow or compound assignment. */
const ASSIGNS = /[^=!<>+*/%&|^-]=(?![=>])/

/** Compiled, never run. The sandbox's engine words its errors otherwise, but finds the same ones. */
function syntaxError(code: string): { message: string; line: number } | undefined {
  try {
    new Script(code, { filename: 'code' })
    return undefined
  } catch (thrown) {
    const { message, stack = '' } = thrown as Error
    return { message, line: Number(/^code:(\d+)/.exec(stack)?.[1] ?? 1) }
  }
}
