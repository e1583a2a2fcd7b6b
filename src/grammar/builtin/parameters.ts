import { GrammarError } from '../grammar-error.ts'

export type BuiltinParameters = ReadonlyMap<string, string>

/** `minlength=3;maxlength=5` */
export function builtinParameters(query: string): BuiltinParameters {
  const pairs = query.split(/[;&]/).filter((pair) => pair.trim() !== '')
  return new Map(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2)
      return [name.trim(), value.trim()]
    }),
  )
}

/** `length`, `minlength` and `maxlength` must not contradict each other. */
export function digitLengths(parameters: BuiltinParameters): [min: number, max: number] {
  const read = (name: string): number | undefined => {
    const value = parameters.get(name)
    if (value === undefined) return undefined
    if (/^\d{1,4}$/.test(value)) return Number(value)
    throw new GrammarError('grammar-builtin', `${name}=${value} is no length`)
  }
  const length = read('length')
  const min = read('minlength') ?? length ?? 1
  const max = read('maxlength') ?? length ?? Number.POSITIVE_INFINITY
  if (max < min || max === 0 || (length !== undefined && (min !== length || max !== length))) {
    throw new GrammarError('grammar-builtin', 'The lengths of the digits contradict each other')
  }
  return [Math.max(1, min), max]
}
