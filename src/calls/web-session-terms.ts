/** Nobody has used it for so long: it is over (OWASP: 15 to 30 minutes for what is worth less than money). */
export const IDLE_SECONDS = 30 * 60
/** However much it is used: over, and signed in anew. */
export const LIFE_SECONDS = 12 * 3600
/** Not each request of a page is a write. */
export const TOUCH_EVERY_SECONDS = 60
