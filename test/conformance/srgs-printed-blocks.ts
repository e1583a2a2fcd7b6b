import { existsSync, readFileSync } from 'node:fs'

const SPECS = new URL('../../../shared/specs/w3c/', import.meta.url)

/** For the tests that read Recommendations: why they cannot run here. */
export const skipWithoutSpecs: string | false = existsSync(SPECS)
  ? false
  : 'specs/w3c is not beside this checkout'

/** Everything that a Recommendation prints as code, in its order; empty where it is not here. */
export function printedBlocks(name: string): string[] {
  if (skipWithoutSpecs !== false) return []
  return readFileSync(new URL(`${name}/index.html`, SPECS), 'latin1')
    .split(/<pre[^>]*>/i)
    .slice(1)
    .map((part) => plainText(part.split(/<\/pre>/i)[0] ?? '').trim())
}

function plainText(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replaceAll('&eacute;', 'é')
    .replaceAll('&auml;', 'ä')
    .replaceAll('&amp;', '&')
}
