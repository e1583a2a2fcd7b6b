// `npm run deliver`: the results of many calls to receivers that are good, flaky, slow, down, gone or redirect,
// while the processes that post are killed; judged from outside. `-- --results 100000 --kills 10 --seed x`.
import { parseArgs } from 'node:util'
import { runCourse } from './course.ts'

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: 'deliveries' },
    minutes: { type: 'string', default: '20' },
  },
})

const { broken, receivers, seconds } = await runCourse({
  results: Number(values.results),
  kills: Number(values.kills),
  seed: values.seed,
  deadlineMs: Number(values.minutes) * 60_000,
})
console.table(receivers)
const results = receivers.reduce((sum, one) => sum + one.results, 0)
const rate = Math.round(results / seconds)
console.log(
  `${results} results in ${Math.round(seconds)} s, ${rate} a second, ${values.kills} kills`,
)
for (const one of broken.slice(0, 20)) console.log(one)
console.log(broken.length === 0 ? 'Every promise was kept.' : `${broken.length} promises broken.`)
process.exitCode = broken.length === 0 ? 0 : 1
