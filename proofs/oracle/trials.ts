import { readFileSync } from 'node:fs'
import type { Planner } from '../../router/executor/planning/plan-and-compile.ts'
import { planText } from '../../scripts/explain/sections.ts'
import { type Answer, answerOf } from './compare.ts'
import { type Coverage, count, countOperation, countPlan, newCoverage } from './coverage.ts'
import type { TestedExecutor } from './executors.ts'
import { explanation } from './explain.ts'
import { corruptedAnswers, oneSubgraphDown } from './faults.ts'
import { generateOperation } from './generate.ts'
import { composeSetup, createHarness, type Harness, plannerOf } from './harness.ts'
import { seeded } from './random.ts'
import { type OperationRequest, operationOf } from './request.ts'
import { readSetup, type Setup } from './setup.ts'
import { shrink } from './shrink.ts'
import type { Faults } from './subgraphs.ts'
import { themes } from './themes.ts'
import { runTrial, type Trial, textOf } from './trial.ts'

/** One supergraph with a wild and a faulty world, sharing a planner. */
type TestedSupergraph = { name: string; setup: Setup; planner: Planner; wild: Harness; faulty: Harness }

/** Which trials to run. `seed` determines everything. `strict`: no mistake of the compiled executor is excused. */
export type Plan = { operations: number; seed: string; only?: string; strict?: boolean }

export type Report = {
  strict: boolean
  operations: number
  /** How often each known mistake explained a difference, by executor and mistake. */
  explained: Map<string, number>
  /** One text for each unexplained difference, with everything needed to reproduce it. */
  open: string[]
  coverage: Coverage
}

/** The repository's own supergraph, which is not made for the oracle. */
const OWN_SUPERGRAPH = { name: 'our own supergraph', path: new URL('../../schema/supergraph.graphql', import.meta.url) }

/** Opens every supergraph with `only` in its name. */
function openSupergraphs(coverage: Coverage, seed: string, only = ''): TestedSupergraph[] {
  const ownSupergraph = { name: OWN_SUPERGRAPH.name, setup: () => readSetup(readFileSync(OWN_SUPERGRAPH.path, 'utf8')) }
  const fromThemes = themes
    .filter(({ generated }) => generated !== false)
    .map((theme) => ({ name: theme.name, setup: () => composeSetup(theme) }))
  return [...fromThemes, ownSupergraph]
    .filter(({ name }) => name.includes(only))
    .map(({ name, setup: read }) => {
      const setup = read()
      const planner = counting(plannerOf(setup), coverage, setup)
      const open = (mood: 'wild' | 'faulty') => createHarness(setup, planner, { seed, mood })
      return { name, setup, planner, wild: open('wild'), faulty: open('faulty') }
    })
}

function counting(planner: Planner, coverage: Coverage, setup: Setup): Planner {
  const seen = new WeakSet()
  const refused = new WeakMap<object, unknown>()
  return (operation) => {
    // The planner may take seconds to throw, and each executor plans anew.
    if (refused.has(operation)) throw refused.get(operation)
    const plan = callOrRecord(
      () => planner(operation),
      (error) => refused.set(operation, error),
    )
    if (!seen.has(plan)) countPlan(coverage, plan, setup)
    seen.add(plan)
    return plan
  }
}

function callOrRecord<Value>(create: () => Value, failed: (error: unknown) => void): Value {
  try {
    return create()
  } catch (error) {
    failed(error)
    throw error
  }
}

/** Runs all trials in sequence. Each generated operation is run twice, the second time in a world where fields fail. */
export async function runTrials({ operations, seed, only, strict = false }: Plan): Promise<Report> {
  const report: Report = { strict, operations: 0, explained: new Map(), open: [], coverage: newCoverage() }
  const supergraphs = openSupergraphs(report.coverage, seed, only)
  for (let index = 0; report.operations < operations; index++) {
    const tested = supergraphs[index % supergraphs.length]
    if (!tested) throw new Error(`No supergraph is called ${only}`)
    const drawn = `${seed}/${index}`
    const request = generateOperation(tested.setup.supergraph.clientSchema, drawn)
    await tryAll({ tested, harness: tested.wild, request, faults: faultsFor(tested.setup, drawn), seed: drawn, report })
    // A subscription's event has no faulty fields.
    if (!request.isSubscription) {
      await tryAll({ tested, harness: tested.faulty, request, faults: NO_FAULTS, seed: drawn, report })
    }
  }
  return report
}

/** Usually no faults. */
function faultsFor(setup: Setup, seed: string): Faults {
  const roll = seeded(`${seed} weather`).below(6)
  return roll === 0 ? oneSubgraphDown(setup, seed) : roll === 1 ? corruptedAnswers(setup, seed) : NO_FAULTS
}

async function tryAll(context: TrialContext): Promise<void> {
  const { harness, request, faults, report } = context
  report.operations++
  countOperation(report.coverage, request)
  const expected = answerOf(await harness.expected(request))
  countAnswer(report.coverage, expected, faults)
  for (const executor of harness.executors) {
    const trial = await runTrial(harness, executor, request, faults, expected)
    count(report.coverage, trial.answer.data === 'null' && 'error: null up to the root')
    if (trial.wrong.length) await recordDifference(trial, executor, context)
  }
}

const NO_FAULTS: Faults = { down: [] }

/** One operation in one world. */
type TrialContext = {
  tested: TestedSupergraph
  harness: Harness
  request: OperationRequest
  faults: Faults
  seed: string
  report: Report
}

async function recordDifference(trial: Trial, executor: TestedExecutor, context: TrialContext): Promise<void> {
  const { tested, harness, request, faults, seed, report } = context
  const retry = async (other: OperationRequest) =>
    runTrial(harness, executor, other, faults, answerOf(await harness.expected(other)))
  const excuse = (found: Trial, other: OperationRequest) =>
    explanation({ trial: found, request: other, ...tested, retry }, report.strict)
  const reason = await excuse(trial, request)
  if (reason) {
    const key = `${executor.name}: ${reason}`
    report.explained.set(key, (report.explained.get(key) ?? 0) + 1)
    return
  }
  const same = async (smaller: OperationRequest) => {
    const found = await retry(smaller)
    return `${found.wrong}` === `${trial.wrong}` && !(await excuse(found, smaller))
  }
  const small = await shrink(tested.setup.supergraph.clientSchema, request, same)
  const found = await retry(small)
  report.open.push(
    [
      `${executor.name}, on "${tested.name}", seed ${seed}: ${found.wrong} ${faults.down.length ? `(${faults.down} down)` : ''}${faults.corrupt ? '(corrupted answers)' : ''}`,
      `operation ${textOf(small)}`,
      ...(found.notes.length ? found.notes : []),
      `right     ${found.expected.data} ${found.expected.errors.join(' | ')}`,
      `answered  ${found.answer.data} ${found.answer.errors.join(' | ')}`,
      planText(() => tested.planner(operationOf(small, tested.setup.supergraph.clientSchema))),
    ].join('\n'),
  )
}

function countAnswer(coverage: Coverage, { data, errors }: Answer, faults: Faults) {
  count(coverage, data.includes('null') && 'answer: null')
  count(coverage, data.includes('[]') && 'answer: empty list')
  count(coverage, errors.some((error) => error.includes('There is no ')) && 'error: said by a subgraph')
  count(coverage, errors.some((error) => error.endsWith(' invalid')) && 'error: a value that the schema does not allow')
  count(coverage, faults.down.length > 0 && 'error: a subgraph is down')
  count(coverage, faults.corrupt && 'error: an answer of the wrong shape')
}
