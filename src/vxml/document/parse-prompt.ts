import { childElements, textContent, type XmlElement, type XmlText } from '#xml'
import { parseTimeDesignation } from './time-designation.ts'
import { voiceHint } from './voice-hint.ts'
import type { AudioNode, PromptContent, PromptNode } from './vxml-document.ts'
import {
  attribute,
  childrenNamed,
  expression,
  fetching,
  isForeign,
  optional,
  ownText,
  placeOf,
  requiredWritten,
  truth,
} from './xml-reading.ts'

/** `<prompt>` (VoiceXML 2.0 section 4.1). */
export function parsePrompt(element: XmlElement): PromptNode {
  return {
    kind: 'prompt',
    ...placeOf(element),
    ...optional('bargein', truth(element, 'bargein')),
    ...optional('bargeinType', bargeinType(attribute(element, 'bargeintype'))),
    ...optional('cond', expression(element, 'cond')),
    count: positiveCount(element),
    ...optional('timeout', attribute(element, 'timeout')),
    ...optional('language', attribute(element, 'xml:lang')),
    ...optional('base', attribute(element, 'xml:base')),
    ...optional('lexicons', lexicons(element)),
    content: parsePromptContent(element),
  }
}

/** Section 4.1.5.1; another word is as none. */
function bargeinType(text: string | undefined): 'speech' | 'hotword' | undefined {
  return text === 'speech' || text === 'hotword' ? text : undefined
}

function lexicons(element: XmlElement): string[] | undefined {
  const found = childElements(element).flatMap((child) =>
    child.local === 'lexicon' ? [attribute(child, 'uri') ?? ''] : [],
  )
  return found.length === 0 ? undefined : found
}

/** `count`, at least 1. */
export function positiveCount(element: XmlElement): number {
  const count = Number(attribute(element, 'count') ?? '1')
  return Number.isInteger(count) && count >= 1 ? count : 1
}

/** Words, `<audio>`, `<value>` … standing alone are a prompt of their own (section 4.1.2). */
export function impliedPrompt(at: XmlElement, content: readonly PromptContent[]): PromptNode {
  return { kind: 'prompt', ...placeOf(at), count: 1, content }
}

export const IMPLIED_PROMPT_ELEMENTS: ReadonlySet<string> = new Set(['audio', 'enumerate', 'value'])

export function parsePromptContent(element: XmlElement): PromptContent[] {
  const content = element.children.flatMap((child): PromptContent[] => {
    if (child.kind === 'text') return [spokenText(child)]
    return isForeign(child) ? [] : parseSpeechElement(child)
  })
  return content.every(isBlank) ? [] : content
}

/** Blanks count: those between two `<value>`s part their words. */
export function spokenText({ text }: XmlText): PromptContent {
  return { kind: 'text', text: text.replace(/\s+/g, ' ') }
}

export function isBlank(part: PromptContent): boolean {
  return part.kind === 'text' && part.text.trim() === ''
}

/** One element of a prompt; those that are no speech give nothing. */
export function parseSpeechElement(element: XmlElement): PromptContent[] {
  switch (element.local) {
    case 'value':
      return [
        {
          kind: 'value',
          expression: { code: attribute(element, 'expr') ?? '', ...placeOf(element) },
        },
      ]
    case 'audio':
      return [{ kind: 'audio', ...parseAudio(element) }]
    case 'break':
      return [{ kind: 'break', durationMs: breakDurationMs(element) }]
    case 'mark':
      return [{ kind: 'mark', name: requiredWritten(element, 'name', 'nameexpr') }]
    case 'sub':
      return [{ kind: 'sub', alias: attribute(element, 'alias') ?? ownText(element) }]
    case 'say-as':
      return [
        {
          kind: 'say-as',
          interpretAs: attribute(element, 'interpret-as') ?? attribute(element, 'type') ?? '',
          ...optional('format', attribute(element, 'format')),
          ...optional('detail', attribute(element, 'detail')),
          content: parsePromptContent(element),
        },
      ]
    case 'enumerate':
      return [{ kind: 'enumerate', ...placeOf(element), content: parsePromptContent(element) }]
    case 'foreach':
      return [
        {
          kind: 'foreach',
          ...placeOf(element),
          item: attribute(element, 'item') ?? '',
          array: { code: attribute(element, 'array') ?? '', ...placeOf(element) },
          content: parsePromptContent(element),
        },
      ]
    case 'emphasis':
    case 'prosody':
    case 'voice':
      return [style(element)]
    case 'p':
    case 'paragraph':
      return [{ ...style(element), unit: 'paragraph' }]
    case 's':
    case 'sentence':
      return [{ ...style(element), unit: 'sentence' }]
    case 'phoneme':
      return [
        {
          kind: 'phoneme',
          text: textContent(element).replace(/\s+/g, ' ').trim(),
          ph: attribute(element, 'ph') ?? '',
          ...optional('alphabet', attribute(element, 'alphabet')),
        },
      ]
    default:
      return []
  }
}

function parseAudio(element: XmlElement): AudioNode {
  return {
    ...placeOf(element),
    src: requiredWritten(element, 'src', 'expr'),
    ...optional('maxTime', attribute(element, 'maxtime')),
    fetching: fetching(element),
    content: parsePromptContent(element),
  }
}

/** SSML 1.0 section 3.2.3; `size` and `msecs` are of VoiceXML 1.0. */
function breakDurationMs(element: XmlElement): number {
  const time = parseTimeDesignation(attribute(element, 'time') ?? '')
  if (time !== undefined) return time
  const msecs = Number(attribute(element, 'msecs') ?? Number.NaN)
  if (Number.isFinite(msecs) && msecs >= 0) return msecs
  const strength = attribute(element, 'strength') ?? attribute(element, 'size') ?? 'medium'
  return BREAK_STRENGTHS[strength] ?? 500
}

const BREAK_STRENGTHS: Readonly<Record<string, number>> = {
  none: 0,
  'x-weak': 100,
  weak: 250,
  small: 250,
  medium: 500,
  strong: 1000,
  large: 1000,
  'x-strong': 1500,
}

function style(element: XmlElement): Extract<PromptContent, { kind: 'style' }> {
  return { kind: 'style', voice: voiceHint(element), content: parsePromptContent(element) }
}

/** The prompts of a form item: its `<prompt>`s, and what stands bare between its other children. */
export function parseItemPrompts(element: XmlElement): PromptNode[] {
  const bare: PromptContent[] = []
  const prompts = childrenNamed(element, 'prompt').map(parsePrompt)
  for (const child of element.children) {
    if (child.kind === 'text') {
      bare.push(spokenText(child))
    } else if (!isForeign(child) && IMPLIED_PROMPT_ELEMENTS.has(child.local)) {
      bare.push(...parseSpeechElement(child))
    }
  }
  return bare.every(isBlank) ? prompts : [impliedPrompt(element, bare), ...prompts]
}
