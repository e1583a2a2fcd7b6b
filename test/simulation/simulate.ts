// `npm run simulate`: runs seeds of the simulation and tells which promises they broke; with --mutants, plants a
// bug after the other (with --part 1/2, every second) and tells which promise gave it away; with --story call-1, what was seen of that call. `--json`: a line a seed, for other programs.
import { parseArgs } from 'node:util'
import { checkLog, type Violation } from './check-log.ts'
import { MUTANTS, type PlantedBug } from './mutants.ts'
import { makePlan, type PlanSize } from './plan.ts'
import { runPlan } from './run-plan.ts'
import { storyOf } from './story.ts'
import { type OpenSimStore, openSimStore } from './world/open-sim-store.ts'

/** A planted bug that so many seeds do not notice, of those where it can show, goes unnoticed. */
const MUTANT_SEEDS = 120

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
    calls: { type: 'string', default: '8' },
    minutes: { type: 'string', default: '12' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    part: { type: 'string', default: '1/1' },
    json: { type: 'boolean', default: false },
    story: { type: 'string' },
  },
})
const from = Number(values.from)
const step = Number(values.step)
const seeds = Number(values.seeds)
const size: PlanSize = { calls: Number(values.calls), troubleMs: Number(values.minutes) * 60_000 }

const store = await openSimStore()
try {
  process.exitCode = values.mutants ? await tryMutants(store) : await trySeeds(store)
} finally {
  await store.close()
}

async function trySeeds(opened: OpenSimStore): Promise<number> {
  let bad = 0
  const startedAt = performance.now()
  for (let seed = from; seed < from + seeds * step; seed += step) {
    const { digest, broken, events } = await trySeed(seed, opened)
    if (broken.length > 0) bad++
    if (values.json) console.log(JSON.stringify({ seed, digest, events, broken }))
    else for (const { promise, what } of broken) console.log(`seed ${seed}: ${promise}: ${what}`)
  }
  const seconds = (performance.now() - startedAt) / 1000
  if (!values.json) {
    const each = Math.round((seconds * 1000) / seeds)
    console.log(`${seeds} seeds, ${bad} broke a promise; ${seconds.toFixed(1)} s, ${each} ms each`)
  }
  return bad === 0 ? 0 : 1
}

async function trySeed(
  seed: number,
  opened: OpenSimStore,
  mutant?: PlantedBug,
): Promise<{ digest: string; events: number; broken: Violation[] }> {
  const plan = makePlan(seed, size)
  const log = await runPlan(plan, opened, mutant)
  if (values.story !== undefined) console.log(storyOf(plan, values.story, log.events))
  return { digest: log.digest(), events: log.events.length, broken: checkLog(plan, log.events) }
}

async function tryMutants(opened: OpenSimStore): Promise<number> {
  let missed = 0
  const [part = 1, parts = 1] = values.part.split('/').map(Number)
  const named = MUTANTS.filter(({ name }) => name.includes(values.only))
  for (const mutant of named.filter((_, index) => index % parts === part - 1)) {
    let told: { seed: number; violation: Violation } | undefined
    let tried = 0
    for (let seed = from; told === undefined && tried < MUTANT_SEEDS; seed++) {
      if (mutant.canShow?.(makePlan(seed, size)) === false) continue
      tried++
      const { broken, digest } = await trySeed(seed, opened, mutant)
      if (mutant.promises.includes('S3')) {
        const again = await trySeed(seed, opened, mutant)
        const what = 'the same seed was another run'
        if (again.digest !== digest) broken.push({ promise: 'S3', what })
      }
      const violation = broken.find(({ promise }) => mutant.promises.includes(promise))
      if (violation !== undefined) told = { seed, violation }
    }
    if (told === undefined) missed++
    if (values.json) console.log(JSON.stringify({ mutant: mutant.name, ...told }))
    else {
      const how = told && `${told.violation.promise} at seed ${told.seed}: ${told.violation.what}`
      console.log(`${mutant.name.padEnd(58)} ${how ?? 'NOT NOTICED'}`)
    }
  }
  return missed === 0 ? 0 : 1
}
