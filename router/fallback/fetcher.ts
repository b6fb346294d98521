import type { Logger } from '../../chassis/log.ts'
import { code, type ErrorPath } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import type { NoAnswer } from '../upstream/subgraph-client.ts'
import type { Loss } from './fallback-failures.ts'
import { forceShape, type Shape, shapeOf } from './fetch-shape.ts'

/**
 * What is noted while one operation runs: all that was lost, and the answers to its fetches of root fields; `given` is
 * what a subscription's primary fetch is answered with, unasked. `shapes`, by a fetch's text, are kept with the plan.
 */
export type Run = {
  caller: Caller
  shapes: Map<string, Shape>
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
export function createFetcher({ fullSchema }: Supergraph, send: Send, log: Logger): Fetcher {
  return async (fetch, { caller, shapes, losses }) => {
    const { service, at, representations, query, operationName, variables } = fetch
    const lose = (path: Loss['path'], message: string, errorCode: string, retryAfter?: number) =>
      losses.push({ service, at, operation: query, representations, path, message, code: errorCode, retryAfter })
    const loseAll = ({ failure }: Pick<NoAnswer, 'failure'>) => {
      if (failure === 'unavailable') lose('all', `The ${service} service did not answer.`, code.subgraphUnavailable)
      else lose('all', invalidMessage(service), code.subgraphInvalid)
      return null
    }

    const body = JSON.stringify({ query, operationName, variables })
    const answer = await send(service, body, caller, !query.startsWith('mutation'))
    if ('failure' in answer) return loseAll(answer)

    for (const error of answer.errors) {
      // Null for the whole answer and no word about where: it concerns all.
      const placed = error.path.length > (representations ? 1 : 0)
      lose(
        placed || answer.data ? error.path : 'all',
        error.message,
        error.code ?? code.subgraphError,
        error.retryAfter,
      )
    }
    if (!answer.data) return null
    const shape = shapes.get(query) ?? shapeOf(query, fullSchema)
    shapes.set(query, shape)
    const wrong = forceShape(answer.data, shape)
    const entities = answer.data._entities
    if (representations && !(Array.isArray(entities) && entities.length === representations.length)) {
      log.warn({ subgraph: service, at: ['_entities'], places: 1 }, 'answer of the wrong shape')
      return loseAll({ failure: 'invalid' })
    }
    if (wrong.length) log.warn({ subgraph: service, at: wrong[0], places: wrong.length }, 'answer of the wrong shape')
    for (const path of wrong) lose(path, invalidMessage(service), code.subgraphInvalid)
    return answer.data
  }
}

const invalidMessage = (service: string) => `The ${service} service gave an answer that makes no sense.`
