import { randomFraction, seededRandom } from '#base'

/** What has broken pages: markup, script, quotes, direction, control characters, length, formulas, templates. */
const SEEDS: readonly string[] = [
  ...['<script>globalThis.broken=1</script>', '"><script>globalThis.broken=1</script>'],
  ...["'><img src=x onerror=globalThis.broken=1>", '<svg/onload=globalThis.broken=1>'],
  ...[
    '</title><script>globalThis.broken=1</script>',
    '</textarea><script>globalThis.broken=1</script>',
  ],
  ...['</style><script>globalThis.broken=1</script>', '--><script>globalThis.broken=1</script>'],
  ...['<a href="javascript:globalThis.broken=1">x</a>', 'javascript:globalThis.broken=1'],
  ...[
    '<iframe srcdoc="<script>parent.broken=1</script>">',
    '<base href="https://elsewhere.example/">',
  ],
  ...[
    '<meta http-equiv="refresh" content="0;url=https://elsewhere.example">',
    '<plaintext>',
    '<!--',
  ],
  ...[
    '" autofocus onfocus="globalThis.broken=1',
    "' style='position:fixed;inset:0",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that it is none is what is tried
    '`${globalThis.broken=1}`',
  ],
  ...['{{constructor.constructor("globalThis.broken=1")()}}', '<%= 7*7 %>', '#{7*7}'],
  ...[
    '&lt;b&gt;',
    '&amp;amp;',
    '&#60;script&#62;',
    '&quot;',
    '%3Cscript%3E',
    '\\u003cscript\\u003e',
  ],
  ...[
    '\u202egnp.exe',
    '\u2067right\u2069 to left',
    '\u202aembedded',
    'مرحبا بالعالم',
    'שלום \u202e abc',
  ],
  ...[
    'a\u0301\u0302\u0303\u0304\u0305\u0306'.repeat(20),
    'Z\u0351\u036b\u0343\u036a\u0302A\u0334\u0335L',
  ],
  ...[
    '\u200b\u200c\u200d\ufeff',
    '👩‍👩‍👧‍👦👩🏽‍🚀',
    '\u0007bell',
    'tab\there',
    '\u001b[31mred\u001b[0m',
    '\u0085\u009b',
  ],
  ...["=cmd|'/c calc'!A1", '+1+1', '-2+3', '@SUM(1,2)', '\t=1+1'],
  ...["'; DROP TABLE calls; --", '1 OR 1=1', '%', '_', '\\', '../../etc/passwd', 'C:\\con'],
  ...[
    'null',
    'undefined',
    'NaN',
    'true',
    '0',
    '-1',
    '1e309',
    '[object Object]',
    '__proto__',
    'constructor',
  ],
  ...[
    'W'.repeat(255),
    'lang '.repeat(50),
    '.'.repeat(255),
    '<'.repeat(255),
    '😀'.repeat(100),
    ' '.repeat(40),
  ],
]

/**
 * So many strings that should harm nobody, each at most `longest` characters: the known ones first, then such as
 * are put together from them. Without line breaks and NUL, which few fields take; the same every time.
 */
export function hostileStrings(count: number, longest = 255): string[] {
  const random = seededRandom(500)
  const pick = (): string => SEEDS[Math.floor(randomFraction(random) * SEEDS.length)] ?? ''
  const made = Array.from({ length: Math.max(0, count - SEEDS.length) }, () => {
    const [one, other] = [pick(), pick()]
    return one.slice(0, Math.ceil(randomFraction(random) * one.length)) + other
  })
  return [...SEEDS, ...made].slice(0, count).map((text) => wellFormed(text.slice(0, longest)))
}

/** Cut in the middle of a character it would not be what comes back. */
function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll('\ufffd', '')
}
