import { fairCache } from '../../chassis/fair-cache.ts'
import { conditionKey } from '../executor/selection/conditions.ts'
import type { PlanRequest } from '../operation.ts'
import { digestOf, textOf } from './operation-text.ts'

const MAX_ENTRIES = 1_000
/** The weight of all kept plans: 1 for a character of the operation's normal form, and 80 for a fetch. It takes up to 100 bytes. */
const MAX_WEIGHT = 1_000_000
const WEIGHT_OF_FETCH = 80

/** Returns what was made for a request, or makes it; `client`: the user or address for whom it is kept. */
export type CachedByPlan<Result> = {
  (request: PlanRequest, client?: string): Result
  /** What was made; undefined if it has to be made. */
  known: (request: PlanRequest) => Result | undefined
  /** Keeps what was made elsewhere. */
  keep: (request: PlanRequest, made: Result, client?: string) => void
  /** Equal for requests that have one result. */
  keyOf: (request: PlanRequest) => string
}

/**
 * Caches the results for the latest `limit` requests, shared fairly by the clients that sent them first. Requests are equal if
 * their operations have one normal form, and the values of their conditions and the rights are equal. `fetchesIn` counts the fetches
 * of a result: a short operation may have many, since it may be of each type of node.
 */
export function cachedByPlan<Result>(
  make: (request: PlanRequest) => Result,
  fetchesIn: (made: Result) => number = () => 0,
  limit = MAX_ENTRIES,
): CachedByPlan<Result> {
  const cache = fairCache<{ made: Result; weight: number }>(limit, {
    maxWeight: MAX_WEIGHT,
    weightOf: (_, { weight }) => weight,
  })
  const keep = (request: PlanRequest, made: Result, client = '') => {
    const weight = textOf(request.operation).length + WEIGHT_OF_FETCH * fetchesIn(made)
    cache.set(keyOf(request), { made, weight }, client)
  }
  const known = (request: PlanRequest) => cache.get(keyOf(request))?.made
  const get = (request: PlanRequest, client = '') => {
    const before = known(request)
    if (before !== undefined) return before
    const made = make(request)
    keep(request, made, client)
    return made
  }
  return Object.assign(get, { known, keep, keyOf })
}

const keyOf = ({ operation, coerced, rights }: PlanRequest): string =>
  `${conditionKey(operation, coerced)} ${rights?.key ?? ''} ${digestOf(operation)}`
