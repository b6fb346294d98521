import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import {
  createOperationCompiler,
  createPlanner,
  type OperationCompiler,
  type Planner,
} from '../../router/executor/planning/plan-and-compile.ts'
import { conditionKey } from '../../router/executor/selection/conditions.ts'
import type { Json } from '../../router/executor/selection/json.ts'
import type { Operation } from '../../router/operation.ts'
import type { Setup, Subgraph } from './setup.ts'

/** A query's document if it is valid in a subgraph; otherwise the reason why not. */
export type ReadText = (subgraph: Subgraph, query: string) => DocumentNode | Error

/** A supergraph and what all its worlds share, because planning and validating cost most. */
export type OpenSupergraph = { setup: Setup; planner: Planner; compile: Compile; read: ReadText }
type Compile = (operation: Operation, coerced: Json) => ReturnType<OperationCompiler>

/** Longer than any planning that ends: what is found must not depend on the machine's speed. */
const MAX_PLANNING_MS = 60_000

export function openSupergraph(setup: Setup): OpenSupergraph {
  const planner = createPlanner(setup.supergraph)
  const compiler = createOperationCompiler(setup.supergraph)
  return {
    setup,
    planner: onceForEach(
      (operation) => planner(operation, MAX_PLANNING_MS),
      () => '',
    ),
    compile: onceForEach(
      (operation, coerced: Json) => compiler({ operation, coerced, rights: null }, MAX_PLANNING_MS),
      conditionKey,
    ),
    read: textReader(),
  }
}

/** Calls a function once for each operation and key, and throws its error again: the planner may take seconds to throw. */
function onceForEach<Inputs extends unknown[], Result>(
  make: (operation: Operation, ...inputs: Inputs) => Result,
  keyOf: (operation: Operation, ...inputs: Inputs) => string,
): (operation: Operation, ...inputs: Inputs) => Result {
  const known = new WeakMap<Operation, Map<string, { made: Result } | { error: unknown }>>()
  const makeOrFail = (operation: Operation, inputs: Inputs) => {
    try {
      return { made: make(operation, ...inputs) }
    } catch (error) {
      return { error }
    }
  }
  return (operation, ...inputs) => {
    const byKey = known.get(operation) ?? new Map()
    known.set(operation, byKey)
    const key = keyOf(operation, ...inputs)
    const found = byKey.get(key) ?? makeOrFail(operation, inputs)
    byKey.set(key, found)
    if ('error' in found) throw found.error
    return found.made
  }
}

function textReader(): ReadText {
  const known = leastRecentlyUsed<DocumentNode | Error>(1_000)
  return ({ name, schema }, query) => {
    const key = `${name}\n${query}`
    const found = known.get(key) ?? parseAndCheck(schema, query)
    known.set(key, found)
    return found
  }
}

function parseAndCheck(schema: GraphQLSchema, query: string): DocumentNode | Error {
  const document = parse(query, { noLocation: true })
  const [error] = validate(schema, document)
  return error ? new Error(`${error.message} in ${query}`) : document
}
