import type { Logger } from '../../chassis/log.ts'
import { code, type ErrorPath } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import type { NoResponse } from '../upstream/subgraph-client.ts'
import type { FallbackFailure } from './fallback-failures.ts'
import { enforceFetchShape, type FetchShape, fetchShapeOf } from './fetch-shape.ts'

/**
 * The state of one run: its failures, and the data of its root fetches. `eventData` answers a subscription's primary
 * fetch. `shapes`, by a fetch's text, are kept with the plan.
 */
export type FallbackRun = {
  caller: Caller
  shapes: Map<string, FetchShape>
  failures: FallbackFailure[]
  roots: Record<string, unknown>[]
  eventData?: Record<string, unknown>
}

/** One request to one subgraph. `fetchPath` is its path in the answer; `representations` are its entities. */
export type FallbackFetch = {
  service: string
  query: string
  operationName: string | undefined
  variables: Record<string, unknown>
  representations: Record<string, unknown>[] | null
  fetchPath: ErrorPath
}

export type Fetcher = (fetch: FallbackFetch, run: FallbackRun) => Promise<Record<string, unknown> | null>

/**
 * Makes a function that runs a fetch and returns data of the right shape, or null. It never throws for a subgraph's
 * fault: failures are added to the run's state.
 */
export function createFetcher({ fullSchema }: Supergraph, send: Send, log: Logger): Fetcher {
  return async (fetch, { caller, shapes, failures }) => {
    const { service, fetchPath, representations, query, operationName, variables } = fetch
    const addFailure = (path: FallbackFailure['path'], message: string, errorCode: string, retryAfter?: number) =>
      failures.push({
        service,
        fetchPath,
        operation: query,
        representations,
        path,
        message,
        code: errorCode,
        retryAfter,
      })
    const failAll = ({ failure }: Pick<NoResponse, 'failure'>) => {
      if (failure === 'unavailable')
        addFailure('all', `The ${service} service did not answer.`, code.subgraphUnavailable)
      else addFailure('all', invalidMessage(service), code.subgraphInvalid)
      return null
    }

    const body = JSON.stringify({ query, operationName, variables })
    const answer = await send(service, body, caller, !query.startsWith('mutation'))
    if ('failure' in answer) return failAll(answer)

    for (const error of answer.errors) {
      // Without data and without a useful path, the error concerns the whole fetch.
      const hasPath = error.path.length > (representations ? 1 : 0)
      const path = hasPath || answer.data ? error.path : 'all'
      addFailure(path, error.message, error.code ?? code.subgraphError, error.retryAfter)
    }
    if (!answer.data) return null
    const shape = shapes.get(query) ?? fetchShapeOf(query, fullSchema)
    shapes.set(query, shape)
    const violations = enforceFetchShape(answer.data, shape)
    const entities = answer.data._entities
    if (representations && !(Array.isArray(entities) && entities.length === representations.length)) {
      log.warn({ subgraph: service, at: ['_entities'], places: 1 }, 'answer of the wrong shape')
      return failAll({ failure: 'invalid' })
    }
    if (violations.length)
      log.warn({ subgraph: service, at: violations[0], places: violations.length }, 'answer of the wrong shape')
    for (const path of violations) addFailure(path, invalidMessage(service), code.subgraphInvalid)
    return answer.data
  }
}

const invalidMessage = (service: string) => `The ${service} service gave an invalid response.`
