import { ScriptError } from '#script'
import { fetchData } from '../data/fetch-data.ts'
import type { FormVisit } from '../dialog/form-visit.ts'
import type { Declaration, Expression, ScriptNode, Written } from '../document/vxml-document.ts'
import { fetchPolicy } from '../fetch/fetch-policy.ts'
import { splitFragment } from '../fetch/resolve-uri.ts'
import { resolveReference } from './transition.ts'

/** `<var>`, `<script>` or `<data>`, in the innermost scope. */
export async function declare(visit: FormVisit, element: Declaration): Promise<undefined> {
  const { scripts } = visit.interpreter
  switch (element.kind) {
    // Section 5.3.1.
    case 'var':
      scripts.declare(element.name, element.expr?.code, visit.place(element))
      return
    // Section 5.3.12.
    case 'script':
      if (element.src === undefined) return runInline(visit, element.code)
      return await runExternal(visit, element, element.src)
    // VoiceXML 2.1 section 5.
    case 'data':
      await fetchData(visit, element)
      return
  }
}

/** An error says in which line of the script it arose, if in this one: it may call functions of others. */
function runInline(visit: FormVisit, script: Expression): undefined {
  const { code, line } = script
  try {
    visit.interpreter.scripts.runScript(code, visit.place(script))
  } catch (thrown) {
    const arose = thrown instanceof ScriptError ? (thrown.line ?? line) : line
    const isInside = arose > line && arose < line + code.split('\n').length
    throw visit.asEvent(thrown, isInside ? { line: arose, column: 1 } : script)
  }
}

async function runExternal(
  visit: FormVisit,
  { fetching, charset }: ScriptNode,
  src: Written,
): Promise<undefined> {
  const { address: uri } = splitFragment(resolveReference(visit, visit.evaluateWritten(src)))
  const policy = fetchPolicy(visit.properties, 'script', fetching)
  const request = { uri, method: 'GET', fields: [], ...policy } as const
  const code = await visit.interpreter.loader.loadText(request, charset)
  visit.interpreter.scripts.runScript(code, { uri, line: 1 })
}
