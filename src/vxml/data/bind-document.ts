import type { ScriptContext } from '#script'
import { DOM_SCRIPT } from './dom-script.ts'
import type { DataTree } from './read-xml-data.ts'

/** Sandboxes that know the DOM already. */
const prepared = new WeakSet<ScriptContext>()

/** Sets a declared variable to the document. Throws `ScriptError`, e.g. where it is too large to hold. */
export function bindDocument(scripts: ScriptContext, name: string, tree: DataTree): void {
  if (!prepared.has(scripts)) {
    scripts.evaluate(DOM_SCRIPT)
    prepared.add(scripts)
  }
  scripts.assignValue(name, tree)
  scripts.assign(name, `globalThis.documentOf(${name})`)
}
