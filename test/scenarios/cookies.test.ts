import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requests, server, wait } from './a-server.ts'
import { scenario } from './scenario.ts'
import { HOST, type ServedResource } from './scripted-caller.ts'

const NO_STORE = { 'cache-control': 'no-store' }

/** `set` sets cookies, then each address is asked for; what each was told. */
function cookies(
  title: string,
  setCookies: readonly string[],
  asked: Readonly<Record<string, string | undefined>>,
  { at = 'set', between = '' } = {},
): void {
  const elements = Object.keys(asked).map((src) => `<data src="${src}"/>`)
  const answers = Object.fromEntries(
    Object.keys(asked).map((src): [string, Partial<ServedResource>] => [
      src,
      { headers: NO_STORE },
    ]),
  )
  scenario(
    `RFC 6265 ${title}`,
    {
      documents: {
        'start.vxml': `<form><block><data src="${at}"/>${between}${elements.join('')}</block></form>`,
      },
      serve: server({ ...answers, [at]: { setCookies, headers: NO_STORE } }),
    },
    {
      events: [],
      also: (talk) =>
        assert.deepEqual(
          Object.fromEntries(
            Object.keys(asked).map((path) => [path, requests(talk, path)[0]?.headers?.['cookie']]),
          ),
          asked,
        ),
    },
  )
}

cookies('5.4 what is set is sent', ['id=1', 'b="two words"'], { x: 'id=1; b="two words"' })
cookies('5.3 a new value replaces the old one', ['id=1', 'b=2', 'id=3'], { x: 'id=3; b=2' })
cookies(
  '5.1.4 the default path is the directory',
  ['id=1'],
  { 'a/y': 'id=1', 'a/b/z': 'id=1', x: undefined },
  { at: 'a/set' },
)
cookies('5.1.4 Path: whole segments', ['id=1; Path=/a'], {
  a: 'id=1',
  'a/b': 'id=1',
  ab: undefined,
})
cookies('5.4 longer paths come first', ['one=1; Path=/', 'two=2; Path=/a'], {
  'a/b': 'two=2; one=1',
})
cookies('5.2.2 Max-Age ends it', ['id=1; Max-Age=10'], { x: undefined }, { between: wait(11) })
cookies(
  '5.2.2 Max-Age has not ended yet',
  ['id=1; Max-Age=10'],
  { x: 'id=1' },
  { between: wait(9) },
)
cookies(
  '5.2.1 Expires ends it',
  ['id=1; Expires=Tue, 14 Nov 2023 22:13:25 GMT'],
  { x: undefined },
  { between: wait(6) },
)
cookies(
  '5.3 Max-Age wins over Expires',
  ['id=1; Max-Age=99; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
  { x: 'id=1' },
)
cookies('5.3 Max-Age=0 deletes', ['id=1', 'b=2', 'id=; Max-Age=0'], { x: 'b=2' })
cookies('5.4 Secure is not sent over http', ['id=1; Secure', 'b=2'], { x: 'b=2' })
cookies('5.4 what the host sets is for that host alone', ['id=1'], {
  'http://sub.app.example/x': undefined,
})
cookies('5.1.3 Domain: for the hosts below too', ['id=1; Domain=.app.example'], {
  'http://sub.app.example/x': 'id=1',
  'http://notapp.example/x': undefined,
  x: 'id=1',
})
cookies('5.3 a Domain of somebody else is refused', ['id=1; Domain=other.example'], {
  x: undefined,
})
cookies('5.3 a public suffix is refused', ['id=1; Domain=example'], {
  x: undefined,
  'http://b.example/x': undefined,
})
cookies('5.2 what has no name or no = is ignored', ['=1', 'one', '; Path=/', 'id=1'], { x: 'id=1' })
cookies(
  '5.2 attributes are read without regard to case',
  ['id=1; PATH=/; mAx-AgE=9; HttpOnly; x=y'],
  { x: 'id=1' },
)
cookies('5.4 spaces around name and value are cut', [' id = 1 ; Path = / '], { x: 'id=1' })

scenario(
  'RFC 6265 documents of one session share its cookies, its subdialogs too; errors set them as well',
  {
    documents: {
      'start.vxml': `<form><catch event="error.badfetch"><goto next="two.vxml"/></catch>
        <block><data src="missing"/></block></form>`,
      'two.vxml': '<form><subdialog src="sub.vxml"/></form>',
      'sub.vxml': '<form><block><return/></block></form>',
    },
    serve: server({ missing: { status: 404, setCookies: ['id=1'] } }),
  },
  {
    also: ({ fetches }) =>
      assert.deepEqual(
        fetches.map(({ headers }) => headers?.['cookie']),
        [undefined, undefined, 'id=1', 'id=1'],
      ),
  },
)

scenario(
  'RFC 6265 a redirect sets cookies, and the next hop is sent its own',
  {
    documents: { 'start.vxml': '<form><block><data src="a"/></block></form>' },
    serve: server({
      a: {
        status: 302,
        setCookies: ['here=1', 'all=2; Domain=app.example'],
        headers: { location: 'http://sub.app.example/b' },
      },
      'http://sub.app.example/b': {
        status: 302,
        setCookies: ['there=3'],
        headers: { location: `${HOST}/c` },
      },
      c: {},
    }),
  },
  {
    events: [],
    also: ({ fetches }) =>
      assert.deepEqual(
        fetches.slice(1).map(({ uri, headers }) => [uri, headers?.['cookie']]),
        [
          [`${HOST}/a`, undefined],
          ['http://sub.app.example/b', 'all=2'],
          [`${HOST}/c`, 'here=1; all=2'],
        ],
      ),
  },
)

scenario(
  'RFC 9111 4.1 Vary: Cookie keeps answers apart',
  {
    documents: {
      'start.vxml': `<form><block><data src="d"/><data src="d"/><data src="set"/><data src="d"/>
        <data src="d"/></block></form>`,
    },
    serve: server({
      d: { headers: { 'cache-control': 'max-age=60', vary: 'Cookie' } },
      set: { setCookies: ['id=1'], headers: NO_STORE },
    }),
  },
  {
    also: (talk) =>
      assert.deepEqual(
        requests(talk, 'd').map(({ headers }) => headers?.['cookie']),
        [undefined, 'id=1'],
      ),
  },
)

scenario(
  'RFC 6265 6.1 a server that sets without end keeps what it set last',
  {
    documents: { 'start.vxml': '<form><block><data src="set"/><data src="x"/></block></form>' },
    serve: server({
      set: { setCookies: Array.from({ length: 500 }, (_, i) => `c${i}=1`) },
      x: {},
    }),
  },
  {
    also: (talk) => {
      const sent = requests(talk, 'x')[0]?.headers?.['cookie']?.split('; ') ?? []
      assert.equal(sent.length, 50)
      assert.equal(sent.at(-1), 'c499=1')
    },
  },
)

test('what a session is told no other session tells', async () => {
  const { converse } = await import('./scripted-caller.ts')
  const script = {
    documents: { 'start.vxml': '<form><block><data src="d"/></block></form>' },
    serve: server({ d: { setCookies: ['id=1'], headers: NO_STORE } }),
  }
  await converse(script)
  const second = await converse(script)
  assert.deepEqual(
    second.fetches.map(({ headers }) => headers),
    [undefined, undefined],
  )
})
