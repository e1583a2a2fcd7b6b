import { TRUNK_PROPERTIES } from '#calls'
import type { Trunk } from '#model'

/** A trunk in the words of its line; without its password. */
export function trunkView(trunk: Trunk): object {
  const fields = TRUNK_PROPERTIES.map(([field, property]) => [field, trunk[property]])
  return { name: trunk.name, ...Object.fromEntries(fields) }
}
