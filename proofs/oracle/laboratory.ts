import { getOperationAST, parse } from 'graphql'
import { createPlanner, type Planner } from '../../router/fallback/fallback.ts'
import type { OperationRequest } from '../../router/operation.ts'
import { remembered } from '../../router/request/plan-cache.ts'
import { compose } from '../../router/testing/router.ts'
import { type Definition, linked } from './definition.ts'
import { type Rival, rivals } from './executors.ts'
import { askMonolith } from './monolith.ts'
import { readSetup, type Setup } from './setup.ts'
import { startSubgraphs, type Weather } from './subgraphs.ts'
import { createWorld, type Mood } from './world.ts'

/** A supergraph with all that answers for it: its executors, and the one server that says what is right. */
export type Laboratory = ReturnType<typeof openLaboratory>

/** Composes a definition; throws with all that is wrong with it. */
export function composed(definition: Definition): Setup {
  const services = Object.entries(definition.subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://subgraphs.test/${name}`,
    typeDefs: linked(sdl),
  }))
  return readSetup(compose(services))
}

/** One planner for all worlds of a setup: planning costs the most. */
export const plannerOf = (setup: Setup): Planner => remembered(createPlanner(setup.supergraph))

export function openLaboratory(
  setup: Setup,
  planner: Planner,
  options: { seed: string; mood: Mood; fixed?: Definition['fixed'] },
) {
  const world = createWorld(setup, options.seed, options.mood, options.fixed)
  const { send, weather } = startSubgraphs(world)
  const all: Rival[] = rivals(setup, planner, send)
  /** What a subscription's owner says when it is asked as this executor wants it; undefined where it is no subscription. */
  const eventOf = async (rival: Rival, request: OperationRequest) => {
    if (getOperationAST(request.document, request.operationName)?.operation !== 'subscription') return undefined
    const asked = rival.event(request)
    if (!asked) return undefined
    const url = new URL(`http://subgraphs.test/${encodeURIComponent(asked.service)}`)
    const answer = await send({ url, body: asked.body })
    return 'failure' in answer ? undefined : (answer.data ?? undefined)
  }
  return {
    setup,
    planner,
    rivals: all,
    right: (request: OperationRequest) => askMonolith(world, request),
    /** Asks one executor, from the beginning of the world. */
    ask: async (rival: Rival, request: OperationRequest, now: Weather = { down: [] }) => {
      world.restart()
      weather({ down: [] }) // an event has come, whatever the weather is afterwards
      const event = await eventOf(rival, request)
      weather(now)
      return rival.ask(request, event)
    },
  }
}

export const requestOf = (text: string, variables: Record<string, unknown> = {}): OperationRequest => ({
  document: parse(text),
  operationName: null,
  variables,
})
