/** What a key may do. `viewer`: look; `operator`: also queue, hold, cancel and edit; `owner`: all of it. */
export const ROLES = ['viewer', 'operator', 'owner'] as const
export type Role = (typeof ROLES)[number]

/** Each role may do what those before it may. */
export function roleAllows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}
