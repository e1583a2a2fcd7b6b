import {
  ENGLISH_NUMBERS,
  ENGLISH_QUANTITY,
  QUANTITY_PATTERNS,
  QUANTITY_SCRIPT,
} from './english-numbers.ts'
import { type SpokenRules, wordList } from './spoken-grammar.ts'

/**
 * ISO 4217 by name. Names that several countries use for money of their own tell no currency (VoiceXML 2.0
 * appendix P): dollar, peso, franc, rupee, krona. The pound of English speakers is sterling.
 */
const MAJOR: Readonly<Record<string, string>> = {
  '(dollars | dollar | bucks | buck)': '',
  '(pesos | peso | francs | franc | rupees | rupee | kronor | krona | kroner | krone)': '',
  '(u s | us | u.s. | american | united states) (dollars | dollar)': 'USD',
  '(canadian | canada) (dollars | dollar)': 'CAD',
  'australian (dollars | dollar)': 'AUD',
  'new zealand (dollars | dollar)': 'NZD',
  'hong kong (dollars | dollar)': 'HKD',
  'singapore (dollars | dollar)': 'SGD',
  '(euros | euro)': 'EUR',
  '[british | english] (pounds | pound | quid) [sterling]': 'GBP',
  '[japanese] yen': 'JPY',
  '[chinese] (yuan | renminbi)': 'CNY',
  'indian (rupees | rupee)': 'INR',
  'swiss (francs | franc)': 'CHF',
  'mexican (pesos | peso)': 'MXN',
  'swedish (kronor | krona)': 'SEK',
  'norwegian (kroner | krone)': 'NOK',
  'danish (kroner | krone)': 'DKK',
  '[korean] won': 'KRW',
  '[russian] (rubles | ruble | roubles | rouble)': 'RUB',
  '[brazilian] (reais | real)': 'BRL',
  '[polish] (zloty | zlotys)': 'PLN',
  '[south african] rand': 'ZAR',
}

/** "Ten dollars and five cents", "five euros fifty", "nineteen ninety five", "$10.05". */
export const SPOKEN_CURRENCY: SpokenRules = {
  script: `${QUANTITY_SCRIPT}
function amount(code, text) { return code + (Math.round(Number(text) * 100) / 100).toFixed(2) }
function signed(word) {
  var codes = {"$": "", "\\u20ac": "EUR", "\\u00a3": "GBP", "\\u00a5": "JPY"}
  return amount(codes[word.charAt(0)], word.slice(1).split(",").join(""))
}`,
  patterns: { ...QUANTITY_PATTERNS, signed: /^[$€£¥]\d{1,3}(?:,?\d{3}){0,4}(?:\.\d{1,2})?$/ },
  rules: [
    `$main = {var major = "0"; var minor = 0; var code = ""}
      ( ($quantity {major = rules.quantity} | a {major = "1"}) $major {code = rules.major}
        [[and] ($n99 {minor = rules.n99} | $figures {minor = rules.figures}) [$minor]]
      | ($n99 {minor = rules.n99} | $figures {minor = rules.figures} | a {minor = 1}) $minor
      | $quantity {major = rules.quantity}
      | $n99 {major = String(rules.n99)} ($two {minor = rules.two} | (oh | o | zero) $n9 {minor = rules.n9}) )
      {out = amount(code, Number(major) + minor / 100)}
      | $signed {out = signed(rules.signed)};`,
    wordList('major', MAJOR),
    '$minor = cents | cent | pennies | penny | pence | p;',
    ...ENGLISH_QUANTITY,
    ...ENGLISH_NUMBERS,
  ],
}
