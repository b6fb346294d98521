import { executeSync, OperationTypeNode } from 'graphql'
import { leastRecentlyUsed } from '../../../chassis/least-recently-used.ts'
import { documentOf } from '../../operation.ts'
import type { CompiledOperation } from '../compile/compile-plan.ts'
import type { FieldOutput } from '../compile/output.ts'
import type { Json } from '../selection/json.ts'
import { selectionSetOf } from '../selection/normal-form.ts'

/** An answer to `__schema` or `__type`; `weight` is the number of its characters as JSON. */
type KeptAnswer = { value: unknown; weight: number }

/** Enough for several full introspections of a large schema. */
const MAX_KEPT_CHARACTERS = 8_000_000
const kept = leastRecentlyUsed<KeptAnswer>(1_000, {
  maxWeight: MAX_KEPT_CHARACTERS,
  weightOf: (_, { weight }) => weight,
})
const numbers = new WeakMap<FieldOutput, number>()
let fields = 0

/**
 * Answers `__schema` or `__type` from the client's schema. `raw` and `coerced` are the same variables. A full
 * introspection takes milliseconds, so the latest answers are kept and shared: callers must not change them.
 */
export function introspect(compiled: CompiledOperation, field: FieldOutput, raw: Json, coerced: Json): unknown {
  const number = numbers.get(field) ?? fields++
  numbers.set(field, number)
  const key = `${number} ${JSON.stringify(coerced)}`
  const known = kept.get(key)
  if (known) return known.value
  const value = executeIntrospection(compiled, field, raw)
  kept.set(key, { value, weight: key.length + JSON.stringify(value).length })
  return value
}

function executeIntrospection({ operation, supergraph }: CompiledOperation, field: FieldOutput, raw: Json): unknown {
  const { data } = executeSync({
    schema: supergraph.clientSchema,
    document: documentOf({
      ...operation,
      operation: OperationTypeNode.QUERY,
      selectionSet: selectionSetOf(field.nodes),
    }),
    variableValues: raw,
  })
  return data?.[field.name] ?? null
}
