import { parentPort, workerData } from 'node:worker_threads'
import { operationFromDocument } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { parse } from 'graphql'
import { buildFederation, overrideConditions } from '../../supergraph/load.ts'
import type { PlanReply, PlanRequest } from './background-planner.ts'

/** The thread of `background-planner.ts`: says when it is ready, and then answers each request with a plan. */
const supergraph = buildFederation(workerData.sdl)
const apiSchema = supergraph.apiSchema()
const planner = new QueryPlanner(supergraph)
const reply = (message: PlanReply) => parentPort?.postMessage(message)

parentPort?.on('message', ({ text }: PlanRequest) => {
  try {
    const document = parse(text, { noLocation: true })
    const operation = operationFromDocument(apiSchema, document, { validate: false })
    reply({ plan: JSON.stringify(planner.buildQueryPlan(operation, { overrideConditions })) })
  } catch (error) {
    reply({ error: error instanceof Error ? error.message : `${error}` })
  }
})
reply('ready')
