import { operationFromDocument } from '@apollo/federation-internals'
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner'
import { type DocumentNode, print } from 'graphql'
import type { Shape } from './shape.ts'
import type { Supergraph } from './supergraph.ts'

/** How one operation is answered, whatever its variables; kept as long as the cache holds it. */
export type Plan = {
  queryPlan: QueryPlan
  /** Shapes of the answers to its fetches, by the fetch's text; made when first needed. */
  shapes: Map<string, Shape>
}

/** Plans valid documents; throws where the planner itself fails. */
export type Planner = (document: DocumentNode, operationName: string | undefined) => Plan

/** Characters; what people write by hand is far below. */
const LONGEST_KEPT = 16_384

/** A planner that remembers its latest `limit` plans, by the document's meaning: layout and comments do not count. */
export function createPlanner(supergraph: Supergraph, limit = 1_000): Planner {
  const queryPlanner = new QueryPlanner(supergraph.federation)
  const plans = leastRecentlyUsed<Plan>(limit)
  // @apollo/server keeps parsed documents, so that printing each one once is enough.
  const texts = new WeakMap<DocumentNode, string>()

  return (document, operationName) => {
    const text = texts.get(document) ?? print(document)
    texts.set(document, text)
    const key = `${operationName ?? ''}\n${text}`
    const known = plans.get(key)
    if (known) return known
    const operation = operationFromDocument(supergraph.apiSchema, document, { operationName, validate: false })
    const plan: Plan = { queryPlan: queryPlanner.buildQueryPlan(operation), shapes: new Map() }
    // Bounded by number alone, a thousand huge documents would fill the memory.
    if (key.length <= LONGEST_KEPT) plans.set(key, plan)
    return plan
  }
}

/** A map that forgets the entry not used for longest once it has more than `limit`. */
export function leastRecentlyUsed<Value>(limit: number) {
  // A Map keeps the order of insertion: what is used is inserted anew, so the oldest comes first.
  const entries = new Map<string, Value>()
  const set = (key: string, value: Value) => {
    entries.delete(key)
    entries.set(key, value)
    const [oldest] = entries.keys()
    if (entries.size > limit && oldest !== undefined) entries.delete(oldest)
  }
  const get = (key: string) => {
    const value = entries.get(key)
    if (value !== undefined) set(key, value)
    return value
  }
  return { get, set, size: () => entries.size }
}
