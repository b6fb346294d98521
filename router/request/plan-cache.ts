import { fairCache } from '../../chassis/fair-cache.ts'
import { conditionKey } from '../executor/selection/conditions.ts'
import type { PlanRequest } from '../operation.ts'
import { digestOf, textOf } from './operation-text.ts'

const MAX_ENTRIES = 1_000
/** Characters of the normal forms of all kept operations. Plans take up to 80 bytes a character. */
const MAX_TEXT = 500_000

/** Returns what was made for a request, or makes it; `client`: the user or address for whom it is kept. */
export type CachedByPlan<Result> = {
  (request: PlanRequest, client?: string): Result
  /** What was made; undefined if it has to be made. */
  known: (request: PlanRequest) => Result | undefined
  /** Equal for requests that have one result. */
  keyOf: (request: PlanRequest) => string
}

/**
 * Caches the results for the latest `limit` requests, shared fairly by the clients that sent them first. Requests are equal if
 * their operations have one normal form, and the values of their conditions and the rights are equal.
 */
export function cachedByPlan<Result>(
  make: (request: PlanRequest, client: string) => Result,
  limit = MAX_ENTRIES,
): CachedByPlan<Result> {
  const cache = fairCache<{ made: Result; length: number }>(limit, {
    maxWeight: MAX_TEXT,
    weightOf: (_, { length }) => length,
  })
  const get = (request: PlanRequest, client = '') => {
    const key = keyOf(request)
    const before = cache.get(key)
    if (before) return before.made
    const made = make(request, client)
    cache.set(key, { made, length: textOf(request.operation).length }, client)
    return made
  }
  return Object.assign(get, { known: (request: PlanRequest) => cache.get(keyOf(request))?.made, keyOf })
}

const keyOf = ({ operation, coerced, rights }: PlanRequest): string =>
  `${conditionKey(operation, coerced)} ${rights?.key ?? ''} ${digestOf(operation)}`
