import { OutdialApiError } from '#client'
import type { Page } from './layout.ts'
import type { Problem } from './parts/field.ts'

/** What a form is told that the interface refused. */
export interface FormProblem extends Problem {
  readonly code: string
  readonly status: NonNullable<Page['status']>
}

/**
 * What is wrong with what a form asked for, its fields called as people see them called. `labels`: by the
 * interface's name of a field. Whatever is no fault of the form is thrown on.
 */
export function formProblem(error: unknown, labels: Readonly<Record<string, string>>): FormProblem {
  if (!(error instanceof OutdialApiError)) throw error
  const { status, code, field, message } = error
  if (status === 401 || status === 403) throw error
  const label = field === undefined ? undefined : labels[field]
  return {
    code,
    message: label === undefined ? message : spoken(message, field ?? '', label),
    // A summary that leads to a field leads nowhere where the form has none of that name.
    field: label === undefined ? undefined : field,
    status: ([409, 412, 413, 429, 503] as const).find((one) => one === status) ?? 422,
  }
}

/** Sentences of the interface begin with the field's name. */
function spoken(message: string, field: string, label: string): string {
  return message.startsWith(field) ? label + message.slice(field.length) : message
}

/** A number where it is one; else as it was typed, for the interface to say what is wrong with it. */
export function numberOrText(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text
}
