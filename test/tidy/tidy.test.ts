import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { ARROWS } from './architecture.ts'
import { architecturePage } from './rules/architecture-page.ts'
import { arrows } from './rules/arrows.ts'
import { cycles } from './rules/cycles.ts'
import { doors } from './rules/doors.ts'
import { errorCodes } from './rules/error-codes.ts'
import { forbiddenGlobals } from './rules/forbidden-globals.ts'
import { names } from './rules/names.ts'
import { settings } from './rules/settings.ts'
import { sizes } from './rules/sizes.ts'
import { sqlOutsideStore } from './rules/sql-outside-store.ts'
import { words } from './rules/words.ts'
import { SourceTree, type Violation } from './source-tree.ts'

type Rule = (tree: SourceTree) => Violation[]

const repository = new SourceTree(dirname(dirname(import.meta.dirname)))

/** The rule holds for the repository; and it is seen to fail, so that it cannot rot. */
function law(
  name: string,
  rule: Rule,
  planted: Record<string, { files: Record<string, string>; finds: RegExp[] }>,
): void {
  describe(name, () => {
    it(`holds here: ${name}`, () => {
      const found = rule(repository)
      assert.equal(found.length, 0, `\n\n${found.map(tell).join('\n\n')}\n`)
    })
    for (const [what, { files, finds }] of Object.entries(planted)) {
      it(finds.length === 0 ? `lets pass: ${what}` : `finds: ${what}`, () => {
        const found = rule(plant(files)).map(tell)
        assert.equal(found.length, finds.length, found.join('\n'))
        for (const [index, pattern] of finds.entries()) assert.match(found[index] ?? '', pattern)
      })
    }
  })
}

function tell({ path, line, problem, cure }: Violation): string {
  return `${path}:${line} ${problem}\n    Cure: ${cure}`
}

function plant(files: Record<string, string>): SourceTree {
  const root = mkdtempSync(join(tmpdir(), 'outdial-tidy-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return new SourceTree(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

law('the table of arrows', arrows, {
  'an arrow upward': {
    files: { 'src/sip/a.ts': "import { b } from '#calls'" },
    finds: [/src\/sip\/a\.ts:1 imports #calls: room sip may import base\./],
  },
  'an arrow upward for a type only': {
    files: { 'src/model/a.ts': "\nimport type { Database } from '#store'" },
    finds: [/a\.ts:2 imports #store/],
  },
  'an arrow of a dynamic import and of a re-export': {
    files: { 'src/base/a.ts': "const m = await import('#sip')\nexport { x } from '#rtp'" },
    finds: [/imports #sip: room base may import nothing/, /imports #rtp/],
  },
  'a way past a door, by folder and by name': {
    files: {
      'src/dialer/a.ts': "import { b } from '../sip/dialog.ts'\nimport { c } from '#sip/dialog.ts'",
    },
    finds: [/past the door of src\/sip\/dialog\.ts/, /#sip\/dialog\.ts, which is no door/],
  },
  'a test that goes past a door': {
    files: { 'test/integration/a.test.ts': "import { b } from '../../src/sip/dialog.ts'" },
    finds: [/past the door of src\/sip\/dialog\.ts/],
  },
  'a room’s own door from inside, and support for tests in what is shipped': {
    files: { 'src/sip/a.ts': "import { b } from '#sip'\nimport { c } from '#test/http-sink'" },
    finds: [/its own door #sip/, /ships #test\/http-sink/],
  },
  'a room that is not in the table': {
    files: { 'src/billing/a.ts': "import { b } from '#base'" },
    finds: [/src\/billing, a room that the table/],
  },
  'a package that is not declared, or only for development': {
    files: {
      'package.json': '{"dependencies":{"@a/b":"1"},"devDependencies":{"dev":"1"}}',
      'src/base/a.ts':
        "import a from '@a/b/c'\nimport d from 'dev'\nimport e from 'fs'\nimport f from 'node:fs'",
      'src/base/a.test.ts': "import d from 'dev'",
    },
    finds: [/a\.ts:2 imports dev/, /a\.ts:3 imports fs/],
  },
  'what only looks like an import': {
    files: {
      'src/base/a.ts': `// import { x } from '#sip'
        const text = "import { x } from '#sip'"
        const template = \`import '#sip' \${text} export * from '#rtp'\`
        const meta = import.meta.url, pattern = /import '#sip'/`,
    },
    finds: [],
  },
  'arrows downward, also in tests beside the source': {
    files: {
      'src/dialer/a.ts': "import { b } from '#sip'\nimport { c } from './deep/c.ts'",
      'src/dialer/deep/c.ts': "import { b } from '../a.ts'",
      'src/sip/a.test.ts': "import { b } from '#app'\nimport { c } from '#test/http-sink'",
    },
    finds: [],
  },
})

const ALL_ROWS = Object.entries(ARROWS).map(
  ([room, names]) => `| \`${room}\` | x | ${names.map((name) => `\`${name}\``).join(' ')} |`,
)

law('the page of arrows', architecturePage, {
  'a row that says something else, and one that is missing': {
    files: {
      'docs/architecture.md': ALL_ROWS.filter((row) => !row.startsWith('| `rtp`'))
        .join('\n')
        .replace('| `sip` | x | `base` |', '| `sip` | x | `base` `model` |'),
    },
    finds: [/sip may import: base, model; the test/, /rtp may import: nothing at all/],
  },
  'a page that says the same, in the words of people': {
    files: {
      'docs/architecture.md': ALL_ROWS.filter((row) => !/^\| `(api|web|app)`/.test(row))
        .concat(
          "| `api`, `web` | x | `base` `model` `calls` (web also `api`'s sign-in, `client` and `audio`) |",
        )
        .concat('| `app` | x | every room but `cli` |')
        .join('\n'),
    },
    finds: [],
  },
})

law('cycles', cycles, {
  'three files in a ring': {
    files: {
      'src/sip/a.ts': "import { b } from './b.ts'",
      'src/sip/b.ts': "export { c } from './c.ts'",
      'src/sip/c.ts': "const a = await import('./a.ts')",
    },
    finds: [
      /is in a ring of imports: src\/sip\/a\.ts → src\/sip\/b\.ts → src\/sip\/c\.ts → src\/sip\/a\.ts/,
    ],
  },
  'two rooms that import each other, be it for types': {
    files: {
      'src/sip/a.ts': "import type { b } from '#rtp'",
      'src/rtp/a.ts': "import type { b } from '#sip'",
    },
    finds: [/is in a ring of imports: (sip → rtp → sip|rtp → sip → rtp)/],
  },
  'a ring that types close': {
    files: {
      'src/sip/a.ts': "import { b } from './b.ts'",
      'src/sip/b.ts': "import type { A } from './a.ts'\nimport { type B } from './a.ts'",
    },
    finds: [],
  },
})

const MAP = '{"imports":{"#sip":"./src/sip/index.ts"}}'

law('doors', doors, {
  'a room without a door': {
    files: { 'package.json': MAP, 'src/sip/a.ts': 'export const a = 1' },
    finds: [/src\/sip\/index\.ts:1 is missing/],
  },
  'a door that lets everything out, or does work of its own': {
    files: {
      'package.json': MAP,
      'src/sip/index.ts':
        "export { b } from './b.ts'\nexport * from './a.ts'\nexport const c = 1\nexport type D = 1",
    },
    finds: [/:2 lets out "export \*"/, /:3 lets out "export const"/, /:4 lets out "export type"/],
  },
  'a door that package.json does not know': {
    files: { 'package.json': '{}', 'src/sip/index.ts': "export { a } from './a.ts'" },
    finds: [/does not map "#sip"/],
  },
})

law('forbidden globals', forbiddenGlobals, {
  'the wall clock': {
    files: { 'src/sip/a.ts': 'const a = Date.now()\nconst b = new Date()\nconst c = new Date' },
    finds: [/:1 uses Date\.now/, /:2 uses new Date\(\)/, /:3 uses new Date\(\)/],
  },
  'chance, timers and the environment': {
    files: {
      'src/sip/a.ts':
        "Math.random()\nsetTimeout(f, 1)\nsetInterval(f, 1)\nprocess.env['A']\nTemporal.Now.instant()",
    },
    finds: [/Math\.random/, /setTimeout/, /setInterval/, /process\.env/, /Temporal\.Now/],
  },
  'the console, and the network past the guarded fetch': {
    files: {
      'src/vxml/a.ts': "console.log(1)\nawait fetch('http://a')\nawait globalThis.fetch(b)",
      'src/vxml/b.ts': "import { request } from 'undici'\nimport { connect } from 'node:net'",
      'src/vxml/c.ts': "import { createSocket } from 'node:dgram'\nimport { get } from 'https'",
    },
    finds: [/console/, /fetch/, /fetch/, /undici/, /node:net/, /node:dgram/, /https/],
  },
  'the same words where they mean something else': {
    files: {
      'src/sip/a.ts': `// Date.now() and Math.random()
        const text = 'setTimeout(f, 1) ' + \`console.log(\${clock.now()})\`
        const date = new Date(ms), timer = clock.setTimeout(f), say = log.console
        import { isIP } from 'node:net'
        import type { Socket } from 'node:dgram'`,
      'src/sip/b.ts': 'function run({ fetch }: Options) { return fetch(request) }',
      'src/sip/transport/udp.ts': "import { createSocket } from 'node:dgram'",
      'src/base/clock.ts': 'export const now = () => Date.now()',
      'src/sip/a.test.ts': 'setTimeout(f, Date.now())',
    },
    finds: [],
  },
})

law('SQL outside the store', sqlOutsideStore, {
  'statements elsewhere': {
    files: {
      'src/calls/a.ts':
        "db.query('SELECT a\\n FROM b WHERE c')\ndb.query(`insert into calls (a)`)\nq('UPDATE calls SET a = 1')",
    },
    finds: [/:1 holds SQL/, /:2 holds SQL/, /:3 holds SQL/],
  },
  'statements in the store, in tests, and sentences': {
    files: {
      'src/store/a.ts': "db.query('SELECT 1 FROM a')",
      'src/calls/a.test.ts': "db.query('SELECT 1 FROM a')",
      'src/calls/a.ts': "say('Select a number from the list.')",
    },
    finds: [],
  },
})

const LONG_BODY = 'work()\n'.repeat(80)

law('sizes', sizes, {
  'a file over 600 lines': {
    files: { 'src/sip/a.ts': 'a()\n'.repeat(601) },
    finds: [/is 601 lines long/],
  },
  'a function over 70 lines, of every kind': {
    files: {
      'src/sip/a.ts': `function plain<T>(a: T): { b: string } | undefined {\n${LONG_BODY}}`,
      'src/sip/b.ts': `class A { async *#method(a = '}'): AsyncGenerator<A> {\n${LONG_BODY}} }`,
      'src/sip/c.ts': `const c = (a: A) => {\n${LONG_BODY}}`,
    },
    finds: [/holds plain, 82 lines/, /holds #method, 82 lines/, /an arrow function, 82 lines/],
  },
  'an exemption without a reason': {
    files: { 'src/sip/a.ts': `// tidy: long because\nfunction a() {\n${LONG_BODY}}` },
    finds: [/holds a, 82 lines/],
  },
  'a reasoned exemption, a long class of short methods, a long table': {
    files: {
      'src/sip/a.ts': `// tidy: long because the figure of the RFC is one table\nfunction a() {\n${LONG_BODY}}`,
      'src/sip/b.ts': `class B {\n${'m(): void {\n}\n'.repeat(40)}}`,
      'src/sip/c.ts': `const TABLE = {\n${'a: [1],\n'.repeat(90)}}\nif (a) {\n${LONG_BODY}}`,
    },
    finds: [],
  },
})

law('names', names, {
  'names that say nothing': {
    files: { 'src/sip/util.ts': '', 'src/sip/session-manager.ts': '', 'test/shared/a.ts': '' },
    finds: [/session-manager/, /"util"/, /"shared"/],
  },
  'names that are not kebab-case': {
    files: { 'src/sip/UserAgent.ts': '', 'src/sip/user_agent.ts': '' },
    finds: [/UserAgent/, /user_agent/],
  },
})

law('words', words, {
  'work left for later, in a program and in a document': {
    files: { 'src/sip/a.ts': `// ${'TO'}${'DO'} later`, 'docs/a.md': `${'FIX'}${'ME'}` },
    finds: [/docs\/a\.md:1/, /src\/sip\/a\.ts:1/],
  },
  'a type checker switched off': {
    files: { 'src/sip/a.ts': `b ${'as'} ${'any'}\n// ${'@ts'}-${'ignore'}` },
    finds: [/:1 /, /:2 /],
  },
  'a path of one machine, and a foreign registry': {
    files: {
      'docs/a.md': `see /${'home'}/somebody`,
      'package-lock.json': '{"resolved": "https://mirror.example/a.tgz"}',
    },
    finds: [/docs\/a\.md:1/, /package-lock\.json:1 names a package registry/],
  },
  'the public registry': {
    files: { 'package-lock.json': '{"resolved": "https://registry.npmjs.org/a.tgz"}' },
    finds: [],
  },
})

const ERRORS = 'docs/reference/errors.md'

law('error codes', errorCodes, {
  'a code that the page does not tell, however it is made': {
    files: {
      'src/sip/a.ts': "throw new OutdialError('code-a', 'x')\nnew SipError(\n  'code-b', 'y')",
      'src/sip/b.ts': "type SipErrorCode =\n  | 'code-c'\n  | 'code-d'",
      'src/sip/c.ts':
        "const fail = (code: string, m: string) => new OutdialError(code, m)\nfail('code-e', 'no-code')",
      'src/sip/d.ts': "new OutdialError(kind === 'x-y' ? 'code-f' : 'code-g', 'z')",
      [ERRORS]: '',
    },
    finds: [/code-a/, /code-b/, /code-c/, /code-d/, /code-e/, /code-f/, /code-g/],
  },
  'a line of a code that nothing throws': {
    files: { [ERRORS]: '| Code | When |\n|---|---|\n| `code-a` | never |\n## `code-b`' },
    finds: [/errors\.md:3 tells of code-a/, /errors\.md:4 tells of code-b/],
  },
  'codes that are told, and errors of others': {
    files: {
      'src/sip/a.ts': "throw new OutdialError('code-a', 'x')\nthrow new TypeError('sentence')",
      'src/sip/a.test.ts': "throw new OutdialError('code-b', 'x')",
      [ERRORS]: '| `code-a` | always | nothing |',
    },
    finds: [],
  },
})

law('settings', settings, {
  'a setting that the page does not tell, and one that nothing reads': {
    files: {
      'src/base/setting-texts.ts': "['OUTDIAL_A']",
      'src/app/config.ts': "setting('OUTDIAL_A', '')",
      'docs/reference/config.md': '## `OUTDIAL_B`',
    },
    finds: [/setting-texts\.ts:1 names OUTDIAL_A/, /config\.md:1 tells of OUTDIAL_B/],
  },
  'a setting that nothing reads': {
    files: {
      'src/base/setting-texts.ts': "['OUTDIAL_A', 'OUTDIAL_CONFIG']",
      'docs/reference/config.md': '## `OUTDIAL_A`\n## `OUTDIAL_CONFIG`',
    },
    finds: [/:1 names OUTDIAL_A, which nothing reads/],
  },
  'a setting that is not declared': {
    files: { 'src/cli/a.ts': "env['OUTDIAL_C']\nsay(`Set OUTDIAL_D.`)" },
    finds: [/speaks of OUTDIAL_C/, /speaks of OUTDIAL_D/],
  },
})
