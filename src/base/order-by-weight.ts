import { type Random, randomFraction } from './random.ts'

/** One of several that serve the same end. */
export interface WeightedChoice {
  /** Lower ones first. */
  readonly priority: number
  /** Its share among those of its priority; 0: seldom before another. */
  readonly weight: number
}

/** RFC 2782: by priority, and within one by chance in proportion to the weights. */
export function orderByWeight<Choice extends WeightedChoice>(
  choices: readonly Choice[],
  random: Random,
): Choice[] {
  const priorities = [...new Set(choices.map(({ priority }) => priority))].sort((a, b) => a - b)
  return priorities.flatMap((each) =>
    drawAll(
      choices.filter(({ priority }) => priority === each),
      random,
    ),
  )
}

function drawAll<Choice extends WeightedChoice>(
  choices: readonly Choice[],
  random: Random,
): Choice[] {
  const left = [...choices].sort((a, b) => a.weight - b.weight)
  const drawn: Choice[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0)
    const mark = randomFraction(random) * total
    let sum = 0
    const at = left.findIndex(({ weight }) => {
      sum += weight
      return sum >= mark
    })
    drawn.push(...left.splice(Math.max(0, at), 1))
  }
  return drawn
}
