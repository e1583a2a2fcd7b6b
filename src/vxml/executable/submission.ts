import type { FormVisit } from '../dialog/form-visit.ts'
import type { FormItem, Sending } from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import type { ResourceRequest } from '../fetch/resource-request.ts'

/** How the variables of a namelist are sent (VoiceXML 2.0 section 5.3.8). */
export function submission(
  visit: FormVisit,
  sending: Sending,
  namelist: readonly string[],
): Pick<ResourceRequest, 'method' | 'fields' | 'enctype'> {
  const fields = namelist.map((name): [string, string] => [name, fieldValue(visit, name)])
  const { method } = sending
  return method === 'POST' && isMultipart(sending.enctype)
    ? { method, fields, enctype: 'multipart/form-data' }
    : { method, fields }
}

/** The named input items of the form: what `<submit>` sends where it names nothing. */
export function inputItemNames(visit: FormVisit): string[] {
  return visit.dialog.items.flatMap((item) =>
    INPUT_ITEMS.has(item.kind) && item.name !== undefined ? [item.name] : [],
  )
}

const INPUT_ITEMS: ReadonlySet<FormItem['kind']> = new Set([
  'field',
  'object',
  'record',
  'subdialog',
  'transfer',
])

/** "Its value is first converted into a string"; an object goes as JSON, where nothing is defined. */
function fieldValue(visit: FormVisit, name: string): string {
  const { scripts } = visit.interpreter
  const value = scripts.evaluate(name)
  if (typeof value === 'string') return value
  const structured = typeof value === 'object' && value !== null
  return structured ? JSON.stringify(value) : scripts.evaluateToString(name)
}

function isMultipart(enctype: string | undefined): boolean {
  switch (enctype?.toLowerCase() ?? '') {
    case 'multipart/form-data':
      return true
    case '':
    case 'application/x-www-form-urlencoded':
      return false
    default:
      throw new VxmlEvent(
        'error.badfetch',
        `"${enctype}" is no encoding of forms known here; write multipart/form-data.`,
      )
  }
}
