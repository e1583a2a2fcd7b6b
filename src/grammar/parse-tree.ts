import type { Grammar } from './grammar.ts'

/** The logical parse structure of SRGS 1.0 appendix H. */
export interface ParsedRule {
  readonly rule: string
  readonly grammar: Grammar
  /** For a rule of another grammar: the reference to it as it is written. */
  readonly written?: string
  readonly nodes: readonly ParsedNode[]
  /** Words of the input that it took, those for GARBAGE included, which no node has. */
  readonly heard: number
}

export type ParsedNode =
  | { readonly kind: 'token'; readonly words: readonly string[] }
  | { readonly kind: 'tag'; readonly content: string }
  | { readonly kind: 'rule'; readonly rule: ParsedRule }

/**
 * As appendix H prints it: `$rule["tok",{!{tag}!},$sub[…],$<other.gram#rule>[…]]`. Tokens are in
 * double quotes, which none can hold.
 */
export function formatParse({ rule, written, nodes }: ParsedRule): string {
  const name = written === undefined ? rule : `<${written}>`
  return `$${name}[${nodes.map(formatNode).join(',')}]`
}

function formatNode(node: ParsedNode): string {
  if (node.kind === 'token') return `"${node.words.join(' ')}"`
  return node.kind === 'tag' ? `{!{${node.content}}!}` : formatParse(node.rule)
}
