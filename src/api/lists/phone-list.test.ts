import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { OutdialError } from '#base'
import type { ListRow, RefusedRow } from '#calls'
import { type ListLayout, readPhoneList } from './phone-list.ts'

/** Reads a list that comes in pieces of `size` bytes. */
async function read(text: string | Buffer, size = 7): Promise<(ListRow | RefusedRow)[]> {
  const bytes = Buffer.from(text)
  const rows: (ListRow | RefusedRow)[] = []
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  for await (const some of readPhoneList(pieces())) rows.push(...some)
  return rows
}

const codeOf = (text: string | Buffer, size?: number): Promise<unknown> =>
  read(text, size).then(
    () => undefined,
    (error: unknown) => (error instanceof OutdialError ? `${error.code}: ${error.message}` : error),
  )

test('gives what was written, wherever the pieces are cut', async () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/\0/.test(text))
  const row = fc.record({ destination: cell, name: cell, 'Größe 😀': cell })
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (rows, marked, carriageReturns, size) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
        const lines = rows.map((values) => Object.values(values).map(quoted).join(','))
        const text = ['destination,name,Größe 😀', ...lines].join(carriageReturns ? '\r\n' : '\n')
        const found = await read(`${marked ? '\ufeff' : ''}${text}`, size)
        let line = 2
        const expected = rows.map(({ destination, ...columns }) => {
          const at = line
          line += 1 + `${destination}${Object.values(columns).join('')}`.split('\n').length - 1
          return { line: at, destination, columns }
        })
        assert.deepEqual(found, expected)
      },
    ),
    { numRuns: 200 },
  )
})

test('counts lines past blank ones and those within quotes', async () => {
  const rows = await read('destination,a\n\n1,"x\ny"\r\n\n\n2,z\n3\n')
  assert.deepEqual(
    rows.map(({ line }) => line),
    [3, 7, 8],
  )
})

test('takes one number a line, and knows a header from a number', async () => {
  assert.deepEqual(await read('\ufeff6177123000\n"6177123001"'), [
    { line: 1, destination: '6177123000' },
    { line: 2, destination: '6177123001' },
  ])
  assert.deepEqual(await read('Destination\n6177123000'), [{ line: 2, destination: '6177123000' }])
})

test('names the line of what ends the list', async () => {
  const good = '6177123000\n'.repeat(1000)
  const cases: readonly (readonly [string | Buffer, RegExp])[] = [
    [`${good}"6177`, /^list-quote-not-closed: .* after line 1000[;.]/],
    [`${good}61"77\n`, /^list-quote-misplaced: .* after line 1000[;.]/],
    [`${good}${'1'.repeat(70_000)}`, /^list-row-too-long: .* after line 1000[;.]/],
    [`"${good.repeat(10)}`, /^list-row-too-long: .* the first;/],
    [`${good}6\x007\n`, /^list-has-nul: .* line 1001;/],
    [Buffer.from(`${good}é\nü`, 'latin1'), /^list-not-utf-8: .* line 1001;/],
    [Buffer.from([...Buffer.from(good), 0xe2, 0x82]), /^list-not-utf-8: .* line 1001;/],
  ]
  for (const [text, expected] of cases) {
    assert.match(String(await codeOf(text, 4096)), expected)
    assert.match(String(await codeOf(text, 1 << 20)), expected)
  }
})

test('throws nothing but its own errors, whatever comes', async () => {
  const hostile = fc.stringMatching(/^[",\n\r;0-9a\ufeff\0 \\]*$/)
  await fc.assert(
    fc.asyncProperty(hostile, fc.integer({ min: 1, max: 9 }), async (text, size) => {
      const code = await codeOf(text, size)
      assert.ok(code === undefined || typeof code === 'string', String(code))
    }),
    { numRuns: 500 },
  )
})

const SEMICOLONS = 'Name;Phone;Notes\nAnn;6177123001;"a;b"\nBob;6177123002\n\nCid;6177123003;c\n'

async function readLaidOut(text: string, layout: ListLayout): Promise<(ListRow | RefusedRow)[]> {
  const rows: (ListRow | RefusedRow)[] = []
  const list = readPhoneList(Readable.from([Buffer.from(text)]), layout)
  for await (const some of list) rows.push(...some)
  return rows
}

test('reads a list by what is said of its columns, on the lines where its rows are', async () => {
  const columns = ['customer', 'destination', '']
  const layout = { separator: ';', columns, hasHeader: true } as const
  const rows = await readLaidOut(SEMICOLONS, layout)
  assert.deepEqual(rows[0], { line: 2, destination: '6177123001', columns: { customer: 'Ann' } })
  assert.ok('code' in rows[1]! && rows[1].code === 'row-cells' && rows[1].line === 3)
  assert.equal(rows[2]?.line, 5)
  const all = await readLaidOut(SEMICOLONS, { ...layout, hasHeader: false })
  assert.deepEqual(all[0], { line: 1, destination: 'Phone', columns: { customer: 'Name' } })
  assert.equal(all.length, 4)
})

test('refuses what is said of columns where it cannot be', async () => {
  const codes: Readonly<Record<string, readonly string[]>> = {
    'list-column-count': ['destination', 'a'],
    'list-without-destination': ['a', 'b', ''],
    'list-column-twice': ['destination', 'a', 'a'],
    'list-column-reserved': ['destination', 'call_id', ''],
    'list-column-name': ['destination', 'a\u0007', ''],
  }
  for (const [code, columns] of Object.entries(codes)) {
    await assert.rejects(
      readLaidOut(SEMICOLONS, { separator: ';', columns, hasHeader: true }),
      (error) => error instanceof OutdialError && error.code === code && error.field === 'columns',
    )
  }
})
