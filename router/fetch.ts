import type { Logger } from '../chassis/log.ts'
import { type Claims, CONTEXT_HEADER, signContext } from '../chassis/signed-context.ts'
import { code, type ErrorPath } from './errors.ts'
import type { Loss } from './losses.ts'
import type { Plan } from './plan.ts'
import { forceShape, shapeOf } from './shape.ts'
import type { NoAnswer, SubgraphAnswer, SubgraphRequest } from './subgraphs.ts'
import type { Supergraph } from './supergraph.ts'

/** Who asks, and the headers that every subgraph gets. */
export type Caller = { claims: Claims; headers: Record<string, string> }

/**
 * What is noted while one operation runs: all that was lost, and the answers to its fetches of root fields; `given` is
 * what a subscription's primary fetch is answered with, unasked.
 */
export type Run = {
  caller: Caller
  plan: Plan
  losses: Loss[]
  roots: Record<string, unknown>[]
  given?: Record<string, unknown>
}

/** One request to one subgraph, as the plan wants it; `at` is its place in the answer, `representations` its entities. */
export type Fetch = {
  service: string
  query: string
  operationName: string | undefined
  variables: Record<string, unknown>
  representations: Record<string, unknown>[] | null
  at: ErrorPath
}

export type Fetcher = (fetch: Fetch, run: Run) => Promise<Record<string, unknown> | null>

/**
 * Makes the function that runs a fetch. It answers data of the right shape, or null; it never throws for what a
 * subgraph does: what is missing from the data is noted in `run.losses`.
 */
export function createFetcher(options: {
  supergraph: Supergraph
  send: (request: SubgraphRequest) => Promise<SubgraphAnswer | NoAnswer>
  /** Key of the signed context header; without it the header is not sent. */
  secret: string | undefined
  log: Logger
}): Fetcher {
  const { supergraph, send, secret, log } = options

  return async (fetch, { caller, plan, losses }) => {
    const { service, at, representations, query, operationName, variables } = fetch
    const lose = (path: Loss['path'], message: string, errorCode: string) =>
      losses.push({ service, at, operation: query, representations, path, message, code: errorCode })
    const loseAll = ({ failure, cause }: NoAnswer) => {
      log.warn({ subgraph: service, cause, requestId: caller.headers['x-request-id'] }, `subgraph ${failure}`)
      if (failure === 'unavailable') lose('all', `The ${service} service did not answer.`, code.subgraphUnavailable)
      else lose('all', invalidMessage(service), code.subgraphInvalid)
      return null
    }

    const url = supergraph.subgraphs.get(service)
    if (!url) throw new Error(`The plan asks "${service}", which is no subgraph of the supergraph.`)
    const body = JSON.stringify({ query, operationName, variables })
    const headers = { ...caller.headers }
    if (secret) {
      const request = { audience: service, by: 'router', claims: caller.claims, body }
      headers[CONTEXT_HEADER] = signContext(secret, request, Date.now())
    }
    const mayRepeat = !query.startsWith('mutation')
    const answer = await send({ service, url, body, headers, mayRepeat })
    if ('failure' in answer) return loseAll(answer)

    for (const error of answer.errors) {
      // Null for the whole answer and no word about where: it concerns all.
      const placed = error.path.length > (representations ? 1 : 0)
      lose(placed || answer.data ? error.path : 'all', error.message, error.code ?? code.subgraphError)
    }
    if (!answer.data) return null
    const wrong = forceShape(answer.data, shapeIn(plan, query, supergraph))
    const entities = answer.data._entities
    if (representations && !(Array.isArray(entities) && entities.length === representations.length)) {
      return loseAll({ failure: 'invalid', cause: `not the ${representations.length} entities asked for` })
    }
    if (wrong.length) log.warn({ subgraph: service, at: wrong[0], places: wrong.length }, 'answer of the wrong shape')
    for (const path of wrong) lose(path, invalidMessage(service), code.subgraphInvalid)
    return answer.data
  }
}

const invalidMessage = (service: string) => `The ${service} service gave an answer that makes no sense.`

function shapeIn({ shapes }: Plan, query: string, { fullSchema }: Supergraph) {
  const shape = shapes.get(query) ?? shapeOf(query, fullSchema)
  shapes.set(query, shape)
  return shape
}
