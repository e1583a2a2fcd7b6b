import { orderByWeight, type Random } from '#base'
import type { Trunk } from './trunk.ts'

/** In which order to try them for one call: by priority, and by chance in proportion to the weights. */
export function orderTrunks(trunks: readonly Trunk[], random: Random): Trunk[] {
  const choices = trunks.map((trunk) => {
    const { priority = 1, weight = 1 } = trunk
    return { priority, weight, trunk }
  })
  return orderByWeight(choices, random).map(({ trunk }) => trunk)
}
