import { getVariableValues } from 'graphql'
import { invalidVariables, VARIABLE_COERCION_OPTIONS } from '../errors.ts'
import type { Executor } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import { mergeRefusals } from './refusals.ts'
import { createRestrict } from './restrict.ts'
import { createRights } from './rights.ts'

/**
 * Wraps an executor so that no subgraph is asked for what the caller may not have. It runs the rest of the operation,
 * and answers refused fields with null and an error. If nothing remains, no subgraph is called.
 */
export function withAuthorization(supergraph: Supergraph, execute: Executor): Executor {
  const rightsOf = createRights(supergraph.requirements)
  const restrict = createRestrict(supergraph)

  return async (request, caller, event) => {
    const restricted = restrict(request.operation, rightsOf(caller.claims))
    if (!restricted) return execute(request, caller, event)
    // Variables are checked for the whole operation, whatever part of it may run.
    const definitions = restricted.operation.variableDefinitions ?? []
    const values = getVariableValues(supergraph.clientSchema, definitions, request.variables, VARIABLE_COERCION_OPTIONS)
    if (values.errors) return invalidVariables(values.errors)

    const remaining = { ...request, operation: restricted.remaining }
    const result = restricted.nothingLeft ? { data: {} } : await execute(remaining, caller, event)
    return mergeRefusals(supergraph.clientSchema, restricted, values.coerced, result)
  }
}
