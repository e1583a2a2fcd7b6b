import type { FormVisit } from '../dialog/form-visit.ts'
import { parseTimeDesignation } from '../document/time-designation.ts'
import type {
  AudioNode,
  EnumerateNode,
  Fetching,
  ForeachPromptNode,
  PromptContent,
  PromptNode,
} from '../document/vxml-document.ts'
import { optional } from '../document/xml-reading.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { fetchPolicy } from '../fetch/fetch-policy.ts'
import { resolveUri } from '../fetch/resolve-uri.ts'
import type { Prompt, PromptPart, VoiceHint } from '../platform.ts'
import { joinParts } from './join-parts.ts'

/** Evaluates a `<prompt>` into plain data (VoiceXML 2.0 section 4.1). Throws where a script fails. */
export function evaluatePrompt(visit: FormVisit, node: PromptNode): Prompt {
  const { base: documentBase, document } = visit.context.document
  const base = resolveUri(node.base ?? '', documentBase) ?? documentBase
  const hotword = visit.properties.get('bargeintype') === 'hotword' ? 'hotword' : undefined
  const prompt: Prompt = {
    parts: joinParts(evaluateContent({ visit, base }, node.content, {})),
    bargein: node.bargein ?? visit.properties.flag('bargein'),
    ...optional('bargeinType', node.bargeinType ?? hotword),
    language: node.language ?? document.language ?? 'en-US',
    ...optional(
      'lexicons',
      node.lexicons?.flatMap((uri) => resolveUri(uri, base) ?? []),
    ),
  }
  requireLanguages(visit, prompt)
  return prompt
}

/** Its `timeout`, else what the property says "at the time the prompt is queued" (section 4.1.7). */
export function promptTimeoutMs(visit: FormVisit, node: PromptNode): number {
  return parseTimeDesignation(node.timeout ?? '') ?? visit.properties.timeMs('timeout')
}

/** As text, for `<log>`. */
export function evaluateText(visit: FormVisit, content: readonly PromptContent[]): string {
  return plainText({ visit, base: visit.context.document.base }, content)
}

interface Speaking {
  readonly visit: FormVisit
  /** What relative addresses start from. */
  readonly base: string
  readonly enumerating?: true
}

function plainText(speaking: Speaking, content: readonly PromptContent[]): string {
  return evaluateContent(speaking, content, {})
    .map((part) => (part.kind === 'text' || part.kind === 'say-as' ? part.text : ''))
    .join('')
    .trim()
}

function evaluateContent(
  speaking: Speaking,
  content: readonly PromptContent[],
  voice: VoiceHint,
): PromptPart[] {
  return content.flatMap((part) => evaluatePart(speaking, part, voice))
}

function evaluatePart(speaking: Speaking, part: PromptContent, voice: VoiceHint): PromptPart[] {
  const { visit } = speaking
  switch (part.kind) {
    case 'text':
      return [text(part.text, voice)]
    case 'sub':
      return [text(part.alias, voice)]
    case 'phoneme': {
      const phoneme = { ph: part.ph, ...optional('alphabet', part.alphabet) }
      return [{ ...text(part.text, voice), phoneme }]
    }
    case 'value':
      return [evaluateValue(speaking, visit.evaluateToString(part.expression), voice)]
    case 'break':
      return [{ kind: 'break', durationMs: part.durationMs }]
    case 'mark':
      return [{ kind: 'mark', name: visit.evaluateWritten(part.name) }]
    case 'style': {
      const said = evaluateContent(speaking, part.content, { ...voice, ...part.voice })
      return part.unit === undefined ? said : [...said, boundary(part.unit)]
    }
    case 'say-as': {
      const said: PromptPart = {
        kind: 'say-as',
        text: plainText(speaking, part.content),
        interpretAs: part.interpretAs,
        ...optional('format', part.format),
        ...optional('detail', part.detail),
      }
      return [isPlain(voice) ? said : { ...said, voice }]
    }
    case 'audio':
      return evaluateAudio(speaking, part, voice)
    case 'enumerate':
      return evaluateEnumerate(speaking, part, voice)
    case 'foreach':
      return evaluateForeach(speaking, part, voice)
  }
}

function text(words: string, voice: VoiceHint): Extract<PromptPart, { kind: 'text' }> {
  return isPlain(voice) ? { kind: 'text', text: words } : { kind: 'text', text: words, voice }
}

function isPlain(voice: VoiceHint): boolean {
  return Object.keys(voice).length === 0
}

/** Pauses for a synthesiser that reads `<s>` and `<p>` as nothing else. */
function boundary(unit: 'paragraph' | 'sentence'): PromptPart {
  return { kind: 'break', durationMs: unit === 'paragraph' ? 700 : 350, boundary: unit }
}

/** Section 4.1.4; the value of a recording is heard as `<audio expr>` would play it. */
function evaluateValue({ visit }: Speaking, value: string, voice: VoiceHint): PromptPart {
  const recording = visit.interpreter.recordings.find(value)
  return recording === undefined ? text(value, voice) : audioPart(visit, recording.uri)
}

function audioPart(
  visit: FormVisit,
  uri: string,
  fetching: Fetching = {},
): Extract<PromptPart, { kind: 'audio' }> {
  const { timeoutMs, ...kept } = fetchPolicy(visit.properties, 'audio', fetching)
  return { kind: 'audio', uri, fetchTimeoutMs: timeoutMs, ...kept, fallback: [] }
}

/** Section 4.1.3: an `expr` that is undefined leaves out the element with its alternate content. */
function evaluateAudio(speaking: Speaking, node: AudioNode, voice: VoiceHint): PromptPart[] {
  const { visit } = speaking
  const uri = audioUri(speaking, node)
  if (uri === null) return []
  // "an invalid URI": the content is played in its place, and what fails in it is an error then.
  if (uri === undefined) return evaluateContent(speaking, node.content, voice)
  return [
    {
      ...audioPart(visit, uri, node.fetching),
      ...optional('maxDurationMs', parseTimeDesignation(node.maxTime ?? '')),
      fallback: alternateContent(speaking, node, voice),
    },
  ]
}

/** Null where it is not to be played at all; undefined where it cannot be. */
function audioUri({ visit, base }: Speaking, { src }: AudioNode): string | null | undefined {
  if (src.kind === 'literal') return resolveUri(src.text, base)
  const value = visit.evaluate(src.expression)
  if (value === undefined || value === null) return null
  const recording = visit.interpreter.recordings.find(value)
  return recording?.uri ?? resolveUri(String(value), base)
}

/**
 * What is said where the audio cannot be played. It takes the values of now, as all of the prompt does;
 * but what fails in it is no error while nobody knows whether it is needed.
 */
function alternateContent(speaking: Speaking, node: AudioNode, voice: VoiceHint): PromptPart[] {
  try {
    return joinParts(evaluateContent(speaking, node.content, voice))
  } catch (thrown) {
    const { visit } = speaking
    const { message } = visit.asEvent(thrown, node)
    const { uri } = visit.context.document
    const { line, column } = node
    visit.interpreter.note({ kind: 'warning', message, uri, line, column })
    return []
  }
}

/** Section 2.2.4: `_prompt` and `_dtmf` go through the choices; without a template, our own words. */
function evaluateEnumerate(
  speaking: Speaking,
  node: EnumerateNode,
  voice: VoiceHint,
): PromptPart[] {
  const { visit } = speaking
  const { scripts } = visit.interpreter
  const choices = visit.choices()
  if (speaking.enumerating || choices === undefined) {
    const sentence = 'There are no choices for <enumerate> to go through here.'
    throw new VxmlEvent('error.semantic', sentence, visit.origin(node))
  }
  return choices.flatMap(({ text: words, dtmf }) => {
    if (node.content.length === 0) {
      return [text(dtmf === undefined ? `${words}. ` : `For ${words}, press ${dtmf}. `, voice)]
    }
    scripts.pushScope('anonymous')
    try {
      scripts.setVariable('anonymous', '_prompt', words)
      scripts.setVariable('anonymous', '_dtmf', dtmf)
      return evaluateContent({ ...speaking, enumerating: true }, node.content, voice)
    } finally {
      scripts.popScope()
    }
  })
}

/** VoiceXML 2.1 section 6. */
function evaluateForeach(
  speaking: Speaking,
  node: ForeachPromptNode,
  voice: VoiceHint,
): PromptPart[] {
  const { visit } = speaking
  return visit
    .forEachItem(node.array, node.item, () => evaluateContent(speaking, node.content, voice))
    .flat()
}

/** Section 4.1.1: `error.unsupported.language` "specifies the language in its message variable". */
function requireLanguages(visit: FormVisit, { language, parts }: Prompt): void {
  const { languages } = visit.interpreter.platform
  if (languages === undefined || parts.length === 0) return
  const asked = parts.flatMap((part) =>
    part.kind === 'text' || part.kind === 'say-as' ? [part.voice?.language ?? language] : [],
  )
  const speaks = (tag: string): boolean =>
    languages.some((known) => {
      const [whole, given] = [known.toLowerCase(), tag.toLowerCase()]
      return given === whole || given.startsWith(`${whole}-`) || whole.startsWith(`${given}-`)
    })
  const missing = asked.find((tag) => !speaks(tag))
  if (missing === undefined) return
  throw new VxmlEvent('error.unsupported.language', missing)
}
