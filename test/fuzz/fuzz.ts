// `npm run fuzz`: each parser of what strangers send is given damaged input for a while.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const FILES = ['src/sip/fuzz.slow.test.ts', 'src/rtp/fuzz.slow.test.ts']

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(process.hrtime.bigint()) },
  },
})
if (!(Number(values.seconds) > 0)) throw new Error('--seconds may be a number above 0.')

const root = join(import.meta.dirname, '..', '..')
for (const file of FILES) {
  const child = spawn(join(root, 'bin', 'outdial-node'), [join(root, file)], {
    env: {
      ...process.env,
      FUZZ_SECONDS: values.seconds,
      FUZZ_SEED: values.seed,
      ...(values.target === undefined ? {} : { FUZZ_TARGET: values.target }),
    },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'close')
  if (code !== 0) process.exitCode = 1
}
