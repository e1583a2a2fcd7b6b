/** `.txml` to VoiceXML: what the suite's README says each element of its own namespace becomes. */
export function rewriteConformance(text: string): string {
  return mend(text)
    .replace(/<conf:pass\s*\/>/g, '<prompt>pass</prompt><exit/>')
    .replace(/<conf:fail([^>]*?)\/>/g, (_, attributes: string) => fail(attributes))
    .replace(
      /<conf:fail([^>]*)>([\s\S]*?)<\/conf:fail>/g,
      (_, attributes: string, words: string) => `${fail(attributes)}${words}`,
    )
    .replace(/<conf:comment>/g, '<log>')
    .replace(/<\/conf:comment>/g, '</log>')
    .replace(/<conf:speech value="([^"]*)"\s*\/>/g, (_, value: string) =>
      ask(`now say &quot;${phrase(value)}&quot;`),
    )
    .replace(/<conf:dtmf value="([^"]*)"\s*\/>/g, (_, keys: string) =>
      ask(`now press &quot;${keys.replaceAll(' ', '')}&quot;`),
    )
    .replace(/<conf:noinput\s*\/>/g, ask('now be silent'))
    .replace(/<conf:nomatch\s*\/>/g, ask('now say &quot;qwertyuiop&quot;'))
    .replace(/<conf:hangup\s*\/>/g, ask('now hang up'))
    .replace(
      /<conf:grammar utterance="([^"]*)"(?: interp="([^"]*)")?\s*\/>/g,
      (_, utterance: string, interpretation: string | undefined) =>
        grammar(utterance, interpretation === undefined ? undefined : `out="${interpretation}";`),
    )
    .replace(
      /<conf:grammar utterance="([^"]*)">([\s\S]*?)<\/conf:grammar>/g,
      (_, utterance: string, keys: string) => grammar(utterance, objectTag(keys)),
    )
    .replace(/<conf:phrase utterance="([^"]*)"\s*\/>/g, (_, value: string) => phrase(value))
}

/** Damage in the copies, named in the README. */
function mend(text: string): string {
  return text
    .replaceAll('http://www.w3.org/2001/txml', 'http://www.w3.org/2001/vxml')
    .replace(/<log> tototo <\/log>/, '')
}

const PHRASES: Readonly<Record<string, string>> = {
  alpha: 'chicago',
  bravo: 'san francisco',
  charlie: 'new york',
  delta: 'london',
  echo: 'tokyo',
  foxtrot: 'truth or consequences',
  golf: 'hackensack',
  hotel: 'standardsville',
}

function phrase(value: string): string {
  return PHRASES[value] ?? value
}

function ask(words: string): string {
  return `<prompt>${words}</prompt>`
}

function fail(attributes: string): string {
  const expr = /expr=("[^"]*"|'[^']*')/.exec(attributes)?.[1]
  const reason = /reason=("[^"]*"|'[^']*')/.exec(attributes)?.[1]?.slice(1, -1) ?? ''
  const value = expr === undefined ? '' : `<value expr=${expr}/>`
  return `<log label="fail">${reason} ${value}</log><prompt>fail</prompt><exit/>`
}

function grammar(utterance: string, tag: string | undefined): string {
  const format = tag === undefined ? '' : ' tag-format="semantics/1.0"'
  const meaning = tag === undefined ? '' : `<tag>${tag}</tag>`
  return `<grammar xmlns="http://www.w3.org/2001/06/grammar" type="application/srgs+xml"
    version="1.0" mode="voice" root="r" xml:lang="en-US"${format}><rule id="r" scope="public">
    <item>${phrase(utterance)}${meaning}</item></rule></grammar>`
}

function objectTag(keys: string): string {
  const members = [...keys.matchAll(/<conf:key name="([^"]*)" value="([^"]*)"\s*\/>/g)]
  const object = members.map(([, name, value]) => `${name}: '${value}'`).join(', ')
  return `out = {${object}};`
}
