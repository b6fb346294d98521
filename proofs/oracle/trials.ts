import { compose, subgraphs } from '../../scripts/compose-schema.ts'
import { planText } from '../../scripts/explain/sections.ts'
import { type Answer, answerOf } from './compare.ts'
import { type Coverage, count, countOperation, countPlan, newCoverage } from './coverage.ts'
import type { TestedExecutor } from './executors.ts'
import { explanation } from './explain.ts'
import { corruptedAnswers, corruptedErrors, oneSubgraphDown } from './faults.ts'
import { generateOperation } from './generate.ts'
import { composeSetup, createHarness, type Harness } from './harness.ts'
import { type OpenSupergraph, openSupergraph } from './open-supergraph.ts'
import { seeded } from './random.ts'
import { type OperationRequest, operationOf } from './request.ts'
import { readSetup, type Setup } from './setup.ts'
import { shrink } from './shrink.ts'
import type { Faults } from './subgraphs.ts'
import { themes } from './themes.ts'
import { runTrial, type Trial, textOf } from './trial.ts'

/** A supergraph that operations are tried on. */
export type TestedSupergraph = OpenSupergraph & { name: string }

/** Which trials to run. `seed` determines everything. `strict`: no mistake of the compiled executor is excused. */
export type Plan = { operations: number; seed: string; strict?: boolean }

/** The results of all trials so far. */
export type Report = {
  operations: number
  /** How often each known mistake explained a difference, by executor and mistake. */
  explained: Map<string, number>
  /** The unexplained differences, each with everything needed to reproduce it, by executor, supergraph and operation. */
  open: Map<string, string>
  coverage: Coverage
}

export const newReport = (): Report => ({
  operations: 0,
  explained: new Map(),
  open: new Map(),
  coverage: newCoverage(),
})

/** Reads the repository's own supergraph, which is not made for the oracle. Nodes are left out: Apollo's executor does not know them. */
const ownSetup = () => readSetup(compose(subgraphs(), { nodes: false }).supergraph)

/** Opens every supergraph with `only` in its name, for any number of seeds. */
export function openSupergraphs(only = ''): TestedSupergraph[] {
  const ownSupergraph = { name: 'our own supergraph', setup: ownSetup }
  const fromThemes = themes
    .filter(({ generated }) => generated !== false)
    .map((theme) => ({ name: theme.name, setup: () => composeSetup(theme) }))
  return [...fromThemes, ownSupergraph]
    .filter(({ name }) => name.includes(only))
    .map(({ name, setup }) => ({ name, ...openSupergraph(setup()) }))
}

/**
 * Runs a seed's trials in sequence, and adds the results to the report. Each generated operation is run twice, the second
 * time in a world where fields fail.
 */
export async function runTrials(
  supergraphs: TestedSupergraph[],
  { operations, seed, strict = false }: Plan,
  report: Report,
): Promise<void> {
  const inWorlds = supergraphs.map((tested) => {
    const world = (mood: 'wild' | 'faulty') => createHarness(tested, { seed, mood })
    return { tested, wild: world('wild'), faulty: world('faulty') }
  })
  const last = report.operations + operations
  for (let index = 0; report.operations < last; index++) {
    const chosen = inWorlds[index % inWorlds.length]
    if (!chosen) throw new Error('There are no supergraphs of this name.')
    const { tested, wild, faulty } = chosen
    const drawn = `${seed}/${index}`
    const request = generateOperation(tested.setup.supergraph.clientSchema, drawn)
    countOperationAndPlan(report.coverage, request, tested)
    const trials = { tested, request, seed: drawn, report, strict }
    await tryAll({ ...trials, harness: wild, faults: faultsFor(tested.setup, drawn) })
    // A subscription's event has no faulty fields.
    if (!request.isSubscription) {
      const faults = seeded(`${drawn} errors`).maybe(0.1) ? corruptedErrors(drawn) : NO_FAULTS
      await tryAll({ ...trials, harness: faulty, faults })
    }
  }
}

function countOperationAndPlan(coverage: Coverage, request: OperationRequest, { planner, setup }: TestedSupergraph) {
  countOperation(coverage, request)
  try {
    countPlan(coverage, planner(operationOf(request, setup.supergraph.clientSchema)), setup)
  } catch {} // the executors report it
}

/** Usually no faults. */
function faultsFor(setup: Setup, seed: string): Faults {
  const roll = seeded(`${seed} weather`).below(6)
  return roll === 0 ? oneSubgraphDown(setup, seed) : roll === 1 ? corruptedAnswers(setup, seed) : NO_FAULTS
}

async function tryAll(context: TrialContext): Promise<void> {
  const { harness, request, faults, report } = context
  report.operations++
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
  strict: boolean
}

async function recordDifference(trial: Trial, executor: TestedExecutor, context: TrialContext): Promise<void> {
  const { tested, harness, request, faults, seed, report, strict } = context
  const retry = async (other: OperationRequest) =>
    runTrial(harness, executor, other, faults, answerOf(await harness.expected(other)))
  const excuse = (found: Trial, other: OperationRequest) =>
    explanation({ trial: found, request: other, ...tested, retry }, strict)
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
  report.open.set(
    `${executor.name} ${tested.name} ${textOf(small)}`,
    [
      `${executor.name}, on "${tested.name}", seed ${seed}: ${found.wrong} ${faults.down.length ? `(${faults.down} down)` : ''}${faults.corrupt ? '(corrupted answers)' : ''}${faults.corruptErrors ? '(corrupted errors)' : ''}`,
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
  count(coverage, faults.corruptErrors && errors.length > 0 && 'error: not as the specification says')
}
