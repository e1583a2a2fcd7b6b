import type { Role } from '#client'

/** As the JSON interface has them. */
export const ROLES = ['viewer', 'operator', 'owner'] as const satisfies readonly Role[]
