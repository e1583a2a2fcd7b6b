export const VERSION = '0.1'

/** Named in SIP's User-Agent and in the user-agent of every HTTP request. */
export const PRODUCT = `Outdial/${VERSION}`
