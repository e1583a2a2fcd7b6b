import type { NodeReport } from '#model'
import { writeNodeReport } from '#store'
import { type CallsContext, moment } from './context.ts'

/** A report that is older says nothing any more. */
export const REPORT_HOLDS_SECONDS = 20

/** Tells all nodes how this one stands. */
export async function reportNode(
  context: CallsContext,
  node: { readonly nodeId: string; readonly report: NodeReport },
): Promise<void> {
  await writeNodeReport(context.db, { ...node, ...moment(context) })
}
