import { readFileSync } from 'node:fs'
import type { Planner } from '../../router/fallback/fallback.ts'
import type { OperationRequest } from '../../router/operation.ts'
import { type Answer, answerOf } from './compare.ts'
import { type Coverage, count, countOperation, countPlan, newCoverage } from './coverage.ts'
import type { Rival } from './executors.ts'
import { explanation, planText } from './explain.ts'
import { generateOperation } from './generate.ts'
import { composed, type Laboratory, openLaboratory, plannerOf } from './laboratory.ts'
import { seeded } from './random.ts'
import { readSetup, type Setup } from './setup.ts'
import { shrink } from './shrink.ts'
import type { Weather } from './subgraphs.ts'
import { themes } from './themes.ts'
import { type Trial, textOf, tryOne } from './trial.ts'
import { oneDown, spoilt } from './weather.ts'

/** One supergraph with a world of each mood, all with one planner. */
type Ground = { name: string; setup: Setup; planner: Planner; wild: Laboratory; faulty: Laboratory }

/** What to try; `seed` decides everything. `strict`: the compiled executor is excused for nothing. */
export type Plan = { operations: number; seed: string; only?: string; strict?: boolean }

export type Report = {
  strict: boolean
  operations: number
  /** By executor and known mistake, how often it explained a difference. */
  explained: Map<string, number>
  /** One text for each difference that nothing explains, with all that is needed to see it again. */
  open: string[]
  coverage: Coverage
}

/** A supergraph that is not made for this: a file, read as it is. */
const OWN = { name: 'our own supergraph', path: new URL('../../schema/supergraph.graphql', import.meta.url) }

/** Opens every supergraph whose name has `only` in it. */
function openGrounds(coverage: Coverage, seed: string, only = ''): Ground[] {
  const own = { name: OWN.name, setup: () => readSetup(readFileSync(OWN.path, 'utf8')) }
  const made = themes
    .filter(({ generated }) => generated !== false)
    .map((theme) => ({ name: theme.name, setup: () => composed(theme) }))
  return [...made, own]
    .filter(({ name }) => name.includes(only))
    .map(({ name, setup: read }) => {
      const setup = read()
      const planner = counting(plannerOf(setup), coverage, setup)
      const open = (mood: 'wild' | 'faulty') => openLaboratory(setup, planner, { seed, mood })
      return { name, setup, planner, wild: open('wild'), faulty: open('faulty') }
    })
}

function counting(planner: Planner, coverage: Coverage, setup: Setup): Planner {
  const seen = new WeakSet()
  const refused = new WeakMap<object, unknown>()
  return (document, operationName) => {
    // What the planner throws it may take seconds to find out, and each executor asks anew.
    if (refused.has(document)) throw refused.get(document)
    const plan = tried(
      () => planner(document, operationName),
      (error) => refused.set(document, error),
    )
    if (!seen.has(plan)) countPlan(coverage, plan, setup)
    seen.add(plan)
    return plan
  }
}

function tried<Value>(make: () => Value, failed: (error: unknown) => void): Value {
  try {
    return make()
  } catch (error) {
    failed(error)
    throw error
  }
}

/** Runs the trials one after the other: each operation that is drawn twice, the second time where fields fail. */
export async function runTrials({ operations, seed, only, strict = false }: Plan): Promise<Report> {
  const report: Report = { strict, operations: 0, explained: new Map(), open: [], coverage: newCoverage() }
  const grounds = openGrounds(report.coverage, seed, only)
  for (let index = 0; report.operations < operations; index++) {
    const ground = grounds[index % grounds.length]
    if (!ground) throw new Error(`No supergraph is called ${only}`)
    const drawn = `${seed}/${index}`
    const request = generateOperation(ground.setup.supergraph.clientSchema, drawn)
    await tryAll({ ground, lab: ground.wild, request, weather: weatherOf(ground.setup, drawn), seed: drawn, report })
    // A subscription's event does not fail.
    if (!request.isSubscription) {
      await tryAll({ ground, lab: ground.faulty, request, weather: calm, seed: drawn, report })
    }
  }
  return report
}

/** Mostly calm. */
function weatherOf(setup: Setup, seed: string): Weather {
  const roll = seeded(`${seed} weather`).below(6)
  return roll === 0 ? oneDown(setup, seed) : roll === 1 ? spoilt(setup, seed) : calm
}

async function tryAll(scene: Scene): Promise<void> {
  const { lab, request, weather, report } = scene
  report.operations++
  countOperation(report.coverage, request)
  const right = answerOf(await lab.right(request))
  countAnswer(report.coverage, right, weather)
  for (const rival of lab.rivals) {
    const trial = await tryOne(lab, rival, request, weather, right)
    count(report.coverage, trial.answer.data === 'null' && 'error: null up to the root')
    if (trial.wrong.length) await note(trial, rival, scene)
  }
}

const calm: Weather = { down: [] }

/** One operation in one world. */
type Scene = {
  ground: Ground
  lab: Laboratory
  request: OperationRequest
  weather: Weather
  seed: string
  report: Report
}

async function note(trial: Trial, rival: Rival, scene: Scene): Promise<void> {
  const { ground, lab, request, weather, seed, report } = scene
  const retry = async (other: OperationRequest) => tryOne(lab, rival, other, weather, answerOf(await lab.right(other)))
  const excuse = (found: Trial, other: OperationRequest) =>
    explanation({ trial: found, request: other, ...ground, retry }, report.strict)
  const reason = await excuse(trial, request)
  if (reason) {
    const key = `${rival.name}: ${reason}`
    report.explained.set(key, (report.explained.get(key) ?? 0) + 1)
    return
  }
  const same = async (smaller: OperationRequest) => {
    const found = await retry(smaller)
    return `${found.wrong}` === `${trial.wrong}` && !(await excuse(found, smaller))
  }
  const small = await shrink(ground.setup.supergraph.clientSchema, request, same)
  const found = await retry(small)
  report.open.push(
    [
      `${rival.name}, on "${ground.name}", seed ${seed}: ${found.wrong} ${weather.down.length ? `(${weather.down} down)` : ''}${weather.spoil ? '(spoilt)' : ''}`,
      `operation ${textOf(small)}`,
      ...(found.notes.length ? found.notes : []),
      `right     ${found.right.data} ${found.right.errors.join(' | ')}`,
      `answered  ${found.answer.data} ${found.answer.errors.join(' | ')}`,
      `plan      ${planText(ground.planner, small)}`,
    ].join('\n'),
  )
}

function countAnswer(coverage: Coverage, { data, errors }: Answer, weather: Weather) {
  count(coverage, data.includes('null') && 'answer: null')
  count(coverage, data.includes('[]') && 'answer: empty list')
  count(coverage, errors.some((error) => error.includes('There is no ')) && 'error: said by a subgraph')
  count(coverage, errors.some((error) => error.endsWith(' invalid')) && 'error: a value that the schema does not allow')
  count(coverage, weather.down.length > 0 && 'error: a subgraph is down')
  count(coverage, weather.spoil && 'error: an answer of the wrong shape')
}
