import { type Html, html } from './html.ts'

/** C0 and C1 controls, and those characters that turn the direction of what follows them. */
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Pictures of U+2400 stand for the controls that have one. */
const PICTURES = 0x2400
const DELETE = 0x7f
const LAST_PICTURED = 0x1f

/**
 * What somebody wrote, as text that cannot disturb what stands around it: isolated from the direction of the
 * page, its control characters visible. Long words break (style.css).
 */
export function shownText(value: string): Html {
  return html`<bdi class="text">${visible(value)}</bdi>`
}

/** The same as plain text, for attributes and titles. */
export function visible(value: string): string {
  return value.replace(INVISIBLE, (character) => {
    const code = character.charCodeAt(0)
    if (code <= LAST_PICTURED) return String.fromCharCode(PICTURES + code)
    return code === DELETE ? '\u2421' : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
  })
}
