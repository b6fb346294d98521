import { operationFromDocument } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { parse } from 'graphql'
import { buildFederation, overrideConditions } from '../../supergraph/load.ts'
import type { PlannerReply, PlannerRequest } from './background-planner.ts'
import { withinTime } from './time-limit.ts'

/**
 * The process of `background-planner.ts`. The first request has the supergraph: it says when it is ready, and then answers
 * each request with a plan. It ends when the router has ended, because it has nothing to wait for then.
 */
let plan: ((text: string) => string) | undefined
/** The CPU time of this process, in ms. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
const reply = (message: PlannerReply) => process.send?.(message)

function plannerOf(sdl: string): (text: string) => string {
  const supergraph = buildFederation(sdl)
  const apiSchema = supergraph.apiSchema()
  const planner = new QueryPlanner(supergraph)
  return (text) => {
    const operation = operationFromDocument(apiSchema, parse(text, { noLocation: true }), { validate: false })
    return JSON.stringify(planner.buildQueryPlan(operation, { overrideConditions }))
  }
}

process.on('message', (request: PlannerRequest) => {
  if ('sdl' in request) {
    plan = plannerOf(request.sdl)
    reply('ready')
    return
  }
  const { text, maxMs } = request
  const startedAt = cpuMs()
  try {
    const found = withinTime(maxMs, () => plan?.(text) ?? '')
    reply({ plan: found, cpuMs: cpuMs() - startedAt })
  } catch (error) {
    reply({ error: error instanceof Error ? error.message : `${error}`, cpuMs: cpuMs() - startedAt })
  }
})
