/**
 * What the schema of VoiceXML 2.0 (appendix O) and 2.1 says of each element, and the rules that it
 * cannot say ("exactly one of next and expr must be specified").
 */
export interface ElementRule {
  /** Elements that may stand in it. */
  readonly children: ReadonlySet<string>
  /** Whether words may stand in it. */
  readonly text: boolean
  readonly attributes: ReadonlySet<string>
  readonly required: readonly string[]
  /** Attributes of which no two may be given; `content` stands for what is inside the element. */
  readonly exclusive: readonly (readonly string[])[]
  /** Attributes of which one must be given. */
  readonly oneOf: readonly (readonly string[])[]
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

const CATCHES = 'catch error help noinput nomatch'
const SPEECH =
  'audio break emphasis enumerate foreach lexicon mark meta metadata p paragraph phoneme prosody ' +
  's sentence say-as sub value voice'
const EXECUTABLE =
  'assign clear data disconnect exit foreach goto if log prompt reprompt return script submit ' +
  'throw var audio value enumerate'
const FETCH = 'fetchhint fetchtimeout maxage maxstale'
const INPUT = `${CATCHES} filled property prompt audio value enumerate`

interface RuleText {
  children?: string
  text?: boolean
  attributes?: string
  required?: string
  exclusive?: readonly string[]
  oneOf?: readonly string[]
}

function rule(text: RuleText): ElementRule {
  return {
    children: new Set(words(text.children ?? '')),
    text: text.text ?? false,
    attributes: new Set(words(`${text.attributes ?? ''} ${text.required ?? ''}`)),
    required: words(text.required ?? ''),
    exclusive: (text.exclusive ?? []).map(words),
    oneOf: (text.oneOf ?? []).map(words),
  }
}

const executable = (attributes: string): ElementRule =>
  rule({ children: EXECUTABLE, text: true, attributes })

const speech = (attributes: string, required = ''): ElementRule =>
  rule({ children: SPEECH, text: true, attributes, required })

const NEXT_OR_EVENT = ['next expr event eventexpr', 'message messageexpr']

export const ELEMENT_RULES: ReadonlyMap<string, ElementRule> = new Map(
  Object.entries({
    vxml: rule({
      children: `${CATCHES} data form link menu meta metadata property script var`,
      attributes: 'version application',
    }),
    form: rule({
      children: `${CATCHES} block data field filled grammar initial link object property record script
        subdialog transfer var`,
      attributes: 'id scope',
    }),
    menu: rule({
      children: `${CATCHES} choice property prompt audio value enumerate`,
      text: true,
      attributes: 'id scope dtmf accept',
    }),
    choice: rule({
      children: `grammar ${SPEECH}`,
      text: true,
      attributes: `dtmf accept next expr event eventexpr message messageexpr fetchaudio ${FETCH}`,
      exclusive: NEXT_OR_EVENT,
      oneOf: ['next expr event eventexpr'],
    }),
    link: rule({
      children: 'grammar',
      attributes: `dtmf next expr event eventexpr message messageexpr fetchaudio ${FETCH}`,
      exclusive: NEXT_OR_EVENT,
      oneOf: ['next expr event eventexpr'],
    }),
    block: executable('name expr cond'),
    field: rule({
      children: `${INPUT} grammar link option`,
      text: true,
      attributes: 'name expr cond type slot modal',
    }),
    option: rule({ text: true, attributes: 'dtmf accept value' }),
    initial: rule({
      children: `${CATCHES} link property prompt audio value enumerate`,
      text: true,
      attributes: 'name expr cond',
    }),
    record: rule({
      children: `${INPUT} grammar link`,
      text: true,
      attributes: 'name expr cond modal beep maxtime finalsilence dtmfterm type dest',
    }),
    transfer: rule({
      children: `${INPUT} grammar link`,
      text: true,
      attributes: `name expr cond dest destexpr bridge type connecttimeout maxtime transferaudio aai
        aaiexpr`,
      exclusive: ['dest destexpr', 'aai aaiexpr', 'bridge type'],
      oneOf: ['dest destexpr'],
    }),
    subdialog: rule({
      children: `${INPUT} param`,
      text: true,
      attributes: `name expr cond modal src srcexpr method enctype namelist fetchaudio ${FETCH}`,
      exclusive: ['src srcexpr'],
      oneOf: ['src srcexpr'],
    }),
    object: rule({
      children: `${INPUT} param`,
      text: true,
      attributes: `name expr cond classid codebase codetype data type archive ${FETCH}`,
    }),
    param: rule({
      required: 'name',
      attributes: 'expr value valuetype type',
      exclusive: ['value expr'],
      oneOf: ['value expr'],
    }),
    filled: executable('mode namelist'),
    catch: executable('event count cond'),
    error: executable('count cond'),
    help: executable('count cond'),
    noinput: executable('count cond'),
    nomatch: executable('count cond'),
    if: rule({ children: `${EXECUTABLE} elseif else`, text: true, required: 'cond' }),
    elseif: rule({ required: 'cond' }),
    else: rule({}),
    foreach: rule({ children: `${EXECUTABLE} ${SPEECH}`, text: true, required: 'item array' }),
    prompt: speech('bargein bargeintype cond count timeout lang version'),
    enumerate: speech(''),
    audio: rule({
      children: `${SPEECH} desc`,
      text: true,
      attributes: `src expr maxtime ${FETCH}`,
      exclusive: ['src expr'],
      oneOf: ['src expr'],
    }),
    desc: rule({ text: true }),
    value: rule({ required: 'expr', attributes: 'class mode recsrc' }),
    break: rule({ attributes: 'time strength size msecs' }),
    mark: rule({
      attributes: 'name nameexpr',
      exclusive: ['name nameexpr'],
      oneOf: ['name nameexpr'],
    }),
    emphasis: speech('level'),
    prosody: speech('pitch contour range rate duration volume'),
    voice: speech('gender age variant name'),
    p: speech(''),
    paragraph: speech(''),
    s: speech(''),
    sentence: speech(''),
    phoneme: rule({ text: true, attributes: 'alphabet', required: 'ph' }),
    'say-as': rule({
      children: 'value',
      text: true,
      attributes: 'interpret-as format detail type sub',
    }),
    sub: rule({ text: true, required: 'alias' }),
    lexicon: rule({ attributes: 'uri type' }),
    var: rule({ required: 'name', attributes: 'expr' }),
    assign: rule({ required: 'name expr' }),
    clear: rule({ attributes: 'namelist' }),
    data: rule({
      attributes: `name src srcexpr method enctype namelist fetchaudio ${FETCH}`,
      exclusive: ['src srcexpr'],
      oneOf: ['src srcexpr'],
    }),
    disconnect: rule({ attributes: 'namelist' }),
    exit: rule({ attributes: 'expr namelist', exclusive: ['expr namelist'] }),
    goto: rule({
      attributes: `next expr nextitem expritem fetchaudio ${FETCH}`,
      exclusive: ['next expr nextitem expritem'],
      oneOf: ['next expr nextitem expritem'],
    }),
    submit: rule({
      attributes: `next expr method enctype namelist fetchaudio ${FETCH}`,
      exclusive: ['next expr'],
      oneOf: ['next expr'],
    }),
    log: rule({ children: 'value', text: true, attributes: 'label expr' }),
    reprompt: rule({}),
    return: rule({
      attributes: 'event eventexpr message messageexpr namelist',
      exclusive: ['event eventexpr namelist', 'message messageexpr'],
    }),
    throw: rule({
      attributes: 'event eventexpr message messageexpr',
      exclusive: ['event eventexpr', 'message messageexpr'],
      oneOf: ['event eventexpr'],
    }),
    script: rule({
      text: true,
      attributes: `src srcexpr charset type ${FETCH}`,
      exclusive: ['src srcexpr content'],
      oneOf: ['src srcexpr content'],
    }),
    grammar: rule({
      attributes: `src srcexpr type mode scope weight root version tag-format lang base
        expr caseinsensitive ${FETCH}`,
      exclusive: ['src srcexpr content'],
      oneOf: ['src srcexpr content'],
    }),
    property: rule({ required: 'name value' }),
    meta: rule({
      attributes: 'name http-equiv content scheme',
      exclusive: ['name http-equiv'],
      oneOf: ['name http-equiv'],
    }),
    metadata: rule({}),
  }),
)

/** Elements whose inside is not VoiceXML. */
export const OPAQUE_ELEMENTS: ReadonlySet<string> = new Set(['grammar', 'metadata', 'script'])
