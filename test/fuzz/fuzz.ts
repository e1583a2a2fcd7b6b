// `npm run fuzz`: each parser of what strangers send is given damaged input for a while.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { FUZZ_TARGETS } from './targets.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(process.hrtime.bigint()) },
  },
})
const { target } = values
if (!(Number(values.seconds) > 0)) refuse('--seconds may be a number above 0.')
const rooms = Object.entries(FUZZ_TARGETS).filter(
  ([, names]) => target === undefined || names.some((name) => name === target),
)
if (rooms.length === 0) {
  const known = Object.values(FUZZ_TARGETS).flat().join(', ')
  refuse(`There is no target ${target}. There are: ${known}.`)
}

const root = join(import.meta.dirname, '..', '..')
for (const [room] of rooms) {
  const file = join(root, 'src', room, 'fuzz.slow.test.ts')
  const child = spawn(join(root, 'bin', 'outdial-node'), [file], {
    env: {
      ...process.env,
      FUZZ_SECONDS: values.seconds,
      FUZZ_SEED: values.seed,
      ...(target === undefined ? {} : { FUZZ_TARGET: target }),
    },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'close')
  if (code !== 0) process.exitCode = 1
}

function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(2)
}
