// Writes src/model/number-zone-table.ts anew from Google's libphonenumber, file resources/timezones/map_data.txt:
//   bin/outdial-node scripts/number-zones.ts PATH/TO/map_data.txt
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [source] = process.argv.slice(2)
if (source === undefined) throw new Error('Name the map_data.txt to read.')

const zonesOf = new Map<string, string>()
for (const line of readFileSync(source, 'utf8').split('\n')) {
  const [prefix = '', zones] = line.split('|')
  if (zones !== undefined && /^\d+$/.test(prefix)) zonesOf.set(prefix, zones.replaceAll('&', ' '))
}

const prefixesOf = new Map<string, string[]>()
for (const [prefix, zones] of [...zonesOf].sort(([one], [other]) => (one < other ? -1 : 1))) {
  if (zones === inherited(prefix)) continue
  prefixesOf.set(zones, [...(prefixesOf.get(zones) ?? []), prefix])
}
const lines = [...prefixesOf].map(([zones, prefixes]) => `${prefixes.join(' ')}=${zones}`)
writeFileSync(
  join(import.meta.dirname, '..', 'src', 'model', 'number-zone-table.ts'),
  `/**
 * Written by scripts/number-zones.ts from the data of Google's libphonenumber (Apache License 2.0,
 * resources/timezones/map_data.txt). A line: the prefixes of international numbers, without their +, that
 * lead to these time zones; the longest prefix of a number counts.
 */
export const NUMBER_ZONE_TABLE = \`
${lines.join('\n')}
\`
`,
)
console.log(`${zonesOf.size} prefixes read, ${lines.length} sets of time zones written.`)

/** What the next shorter prefix says already. */
function inherited(prefix: string): string | undefined {
  for (let length = prefix.length - 1; length > 0; length--) {
    const zones = zonesOf.get(prefix.slice(0, length))
    if (zones !== undefined) return zones
  }
  return undefined
}
