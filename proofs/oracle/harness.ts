import { getOperationAST, parse } from 'graphql'
import { createPlanner, type Planner } from '../../router/executor/planning/plan-and-compile.ts'
import { cachedByOperation } from '../../router/request/plan-cache.ts'
import { compose } from '../../router/testing/router.ts'
import { type Definition, linked } from './definition.ts'
import { type TestedExecutor, testedExecutors } from './executors.ts'
import { executeMonolith } from './monolith.ts'
import type { OperationRequest } from './request.ts'
import { readSetup, type Setup } from './setup.ts'
import { type Faults, startSubgraphs } from './subgraphs.ts'
import { createWorld, type Mood } from './world.ts'

/** A supergraph in one world: its executors, and the single server that gives the expected answer. */
export type Harness = ReturnType<typeof createHarness>

/** Composes a definition. Throws with all composition errors. */
export function composeSetup(definition: Definition): Setup {
  const services = Object.entries(definition.subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://subgraphs.test/${name}`,
    typeDefs: linked(sdl),
  }))
  return readSetup(compose(services))
}

/** One planner for all worlds of a setup, because planning costs most. */
export const plannerOf = ({ supergraph }: Setup): Planner => {
  const plan = cachedByOperation(createPlanner(supergraph))
  return (operation) => plan(operation)
}

export function createHarness(
  setup: Setup,
  planner: Planner,
  options: { seed: string; mood: Mood; fixed?: Definition['fixed'] },
) {
  const world = createWorld(setup, options.seed, options.mood, options.fixed)
  const { send, setFaults } = startSubgraphs(world)
  const tested: TestedExecutor[] = testedExecutors(setup, planner, send)
  /** The data of a subscription's event, as this executor requests it; undefined for other operations. */
  const eventOf = async (executor: TestedExecutor, request: OperationRequest) => {
    if (getOperationAST(request.document, request.operationName)?.operation !== 'subscription') return undefined
    const primary = executor.event(request)
    if (!primary) return undefined
    const url = new URL(`http://subgraphs.test/${encodeURIComponent(primary.service)}`)
    const answer = await send({ url, body: primary.body })
    return 'failure' in answer ? undefined : (answer.data ?? undefined)
  }
  return {
    setup,
    planner,
    executors: tested,
    expected: (request: OperationRequest) => executeMonolith(world, request),
    /** Runs an operation with one executor, after resetting the world. */
    execute: async (executor: TestedExecutor, request: OperationRequest, faults: Faults = { down: [] }) => {
      world.restart()
      setFaults({ down: [] }) // the event itself has no faults
      const event = await eventOf(executor, request)
      setFaults(faults)
      return executor.run(request, event)
    },
  }
}

export const requestOf = (text: string, variables: Record<string, unknown> = {}): OperationRequest => ({
  document: parse(text),
  operationName: null,
  variables,
})
