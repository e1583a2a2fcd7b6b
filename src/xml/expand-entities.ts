import type { InternalSubset } from './internal-subset.ts'

export interface ExpandedText {
  readonly text: string
  /** Where a character of `text` comes from in the source. */
  sourceOffset(offset: number): number
}

export type EntityFault = (message: string, offset: number) => Error

/**
 * Replaces references to internal entities (XML 1.0 section 4.4) before the parser proper sees the
 * text: in content their replacement is markup, in attribute values it is only characters. The sum of
 * what they add is bounded, and so is their depth.
 */
export function expandEntities(
  source: string,
  subset: InternalSubset,
  maxExpansion: number,
  fault: EntityFault,
): ExpandedText {
  if (subset.entities.size === 0) return { text: source, sourceOffset: (offset) => offset }

  const pieces: string[] = [source.slice(0, subset.end)]
  const shifts: Shift[] = []
  let written = subset.end
  let copied = subset.end
  let left = maxExpansion
  for (const { name, offset, length, inTag } of references(source, subset.end)) {
    if (!subset.entities.has(name)) continue
    const replace = (entity: string, open: readonly string[]): string => {
      if (open.includes(entity)) throw fault(`The entity ${entity} contains itself`, offset)
      if (open.length >= MAX_DEPTH) throw fault('Entities are nested too deeply', offset)
      const value = subset.entities.get(entity)
      if (value === undefined) {
        throw fault(`The entity ${entity} is external; external entities are never fetched`, offset)
      }
      left -= value.length
      if (left < 0) {
        throw fault(`Entities add more than ${maxExpansion} characters to the document`, offset)
      }
      return value.replace(REFERENCE, (whole, inner: string) =>
        subset.entities.has(inner) ? replace(inner, [...open, entity]) : whole,
      )
    }
    const replacement = inTag ? asCharacters(replace(name, [])) : replace(name, [])
    pieces.push(source.slice(copied, offset), replacement)
    written += offset - copied + replacement.length
    copied = offset + length
    shifts.push({ from: written - replacement.length, to: written, source: offset, resume: copied })
  }
  pieces.push(source.slice(copied))
  return { text: pieces.join(''), sourceOffset: (offset) => shiftBack(shifts, offset) }
}

const MAX_DEPTH = 20
const REFERENCE = /&([^\s&;#<>]{1,100});/g

interface Reference {
  readonly name: string
  readonly offset: number
  readonly length: number
  readonly inTag: boolean
}

/** Entity references outside comments, CDATA sections and processing instructions. */
function* references(text: string, from: number): Generator<Reference> {
  const token =
    /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<\/?[^\s<>!?/"']|"|'|>|&([^\s&;#<>]{1,100});/g
  token.lastIndex = from
  let inTag = false
  let quote = ''
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found, name] = match
    if (name !== undefined) yield { name, offset: match.index, length: found.length, inTag }
    else if (!inTag) inTag = /^<\/?[^!?]/.test(found)
    else if (quote !== '') quote = found === quote ? '' : quote
    else if (found === '"' || found === "'") quote = found
    else if (found === '>') inTag = false
  }
}

/** In an attribute value a quote or `<` from an entity delimits nothing (section 4.4.5). */
function asCharacters(replacement: string): string {
  return replacement.replace(/["'<>]/g, (char) => `&#${char.charCodeAt(0)};`)
}

interface Shift {
  readonly from: number
  readonly to: number
  readonly source: number
  readonly resume: number
}

function shiftBack(shifts: readonly Shift[], offset: number): number {
  const last = shifts.findLast((shift) => shift.from <= offset)
  if (last === undefined) return offset
  return offset < last.to ? last.source : last.resume + offset - last.to
}
