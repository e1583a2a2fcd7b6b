import { InvalidArgumentError } from 'commander'
import { errorMessage } from '#base'

/** Makes of a parser that throws one whose sentence commander prints, with exit status 64. */
export function argument<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text)
    } catch (error) {
      throw new InvalidArgumentError(errorMessage(error))
    }
  }
}
