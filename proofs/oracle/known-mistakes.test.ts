import { describe, expect, it } from '@jest/globals'
import { answerOf } from './compare.ts'
import type { TestedExecutor } from './executors.ts'
import { explanation } from './explain.ts'
import { corruptedAnswers, corruptedErrors } from './faults.ts'
import { createHarness, requestOf } from './harness.ts'
import type { OpenSupergraph } from './open-supergraph.ts'
import type { OperationRequest } from './request.ts'
import type { Faults } from './subgraphs.ts'
import { runTrial, type Trial } from './trial.ts'
import { openSupergraphs } from './trials.ts'
import type { Mood } from './world.ts'

type Difference = {
  theme: string
  query: string
  seed: string
  mood?: Mood
  faults?: (supergraph: OpenSupergraph) => Faults
}

/** How an executor's answer differs, and which known mistake explains that. `change` changes what it answered. */
async function explained(
  { theme, query, seed, mood = 'wild', faults = () => ({ down: [] }) }: Difference,
  executorName: TestedExecutor['name'] = 'apollo',
  change: (trial: Trial) => Trial = (trial) => trial,
) {
  const supergraph = openSupergraphs(theme)[0]
  if (!supergraph) throw new Error(`There is no theme ${theme}`)
  const harness = createHarness(supergraph, { seed, mood })
  const executor = harness.executors.find(({ name }) => name === executorName)
  if (!executor) throw new Error(`There is no executor ${executorName}`)
  const run = async (request: OperationRequest) =>
    change(await runTrial(harness, executor, request, faults(supergraph), answerOf(await harness.expected(request))))
  const request = requestOf(query)
  const trial = await run(request)
  return { wrong: trial.wrong, by: await explanation({ ...supergraph, trial, request, retry: run }, false) }
}

describe('a difference of Apollo’s is explained', () => {
  it('if a type is missing that the planner drops even where it is selected', async () => {
    const query = '{ goods { all { name ... on ChairDetails { name of { id } } } } }'
    const { wrong, by } = await explained({
      theme: 'an interface whose field has a narrower type',
      query,
      seed: '3043',
      mood: 'faulty',
      faults: () => corruptedErrors('3043/88'),
    })
    expect(wrong).toEqual(['untrue'])
    expect(by).toBe('an object whose type is not fetched')
  })

  it('if there are faults as well', async () => {
    const query = '{ both { ... on Two { n text } ... on One { n text } } }'
    const { wrong, by } = await explained({
      theme: 'fields that are nullable in one subgraph only',
      query,
      seed: '3065',
      faults: ({ setup }) => corruptedAnswers(setup, '3065/178'),
    })
    expect(wrong).toEqual(['untrue'])
    expect(by).toBe('an empty value under an alias of the planner’s')
  })

  it('if the order of keys is another, too', async () => {
    const query =
      '{ found { ...F kind: __typename ... on Pet { tale } } people { boss { ranks } } } fragment F on Pet { name }'
    const { wrong, by } = await explained({ theme: '@inaccessible', query, seed: '5010' })
    expect(wrong).toEqual(['order', 'errors'])
    expect(by).toBe('an error at a field that was not selected')
  })
})

describe('a difference of ours is not explained', () => {
  it('by a mistake of the planner’s that it does not make on the client’s operation', async () => {
    const planned = { theme: 'one key, two subgraphs', query: '{ tool { id } }', seed: '1' }
    const thrown = (trial: Trial): Trial => ({
      ...trial,
      wrong: ['thrown'],
      answer: { data: '', errors: ['threw Invalid array length'] },
    })
    expect(await explained(planned, 'compiled', thrown)).toEqual({ wrong: ['thrown'], by: undefined })
  })
})
