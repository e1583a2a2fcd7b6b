import type { SpokenRules } from './spoken-grammar.ts'

export const SPOKEN_BOOLEAN: SpokenRules = {
  rules: [
    '$main = $yes {out = true} | $no {out = false};',
    `$yes = (yes | yeah | yep | yup | yea | aye | sure | okay | ok | o k | y | affirmative | absolutely
      | definitely | certainly | of course | indeed) [please | thanks | thank you | sir | ma'am]
      | [yes] (true | correct | right | exactly | that's (right | correct | it | true)
      | that is (right | correct | it | true) | it is | i do | i am | i would | uh huh | mm hmm | you bet)
      | please [do] | yes yes | sure thing;`,
    `$no = (no | nope | nah | n | negative | never | not really | absolutely not | certainly not
      | definitely not | of course not | no way) [please | thanks | thank you | sir | ma'am]
      | [no] (false | wrong | incorrect | not right | not correct | that's (wrong | incorrect | not right
      | not correct | not it | false) | that is (wrong | incorrect | not right | not correct | not it
      | false) | it isn't | it is not | i don't | i do not | i'm not | i am not | uh uh) | no no;`,
  ],
}
