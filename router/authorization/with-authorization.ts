import { getVariableValues } from 'graphql'
import { invalidVariables, VARIABLE_COERCION_OPTIONS } from '../errors.ts'
import type { Executor } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import { mergeRefusals } from './refusals.ts'
import { createRestrict } from './restrict.ts'
import { createRights } from './rights.ts'

/**
 * Makes of an executor one that never asks a subgraph for what the caller may not have: it runs what is left of the
 * operation, and answers null with an error in the place of the rest. It calls no subgraph where nothing is left.
 */
export function withAuthorization(supergraph: Supergraph, execute: Executor): Executor {
  const rightsOf = createRights(supergraph.requirements)
  const restrict = createRestrict(supergraph)

  return async (request, caller, event) => {
    const restricted = restrict(request.document, request.operationName, rightsOf(caller.claims))
    if (!restricted) return execute(request, caller, event)
    // The variables of the whole operation: a wrong one is wrong, whatever of it may run.
    const definitions = restricted.operation.variableDefinitions ?? []
    const values = getVariableValues(supergraph.clientSchema, definitions, request.variables, VARIABLE_COERCION_OPTIONS)
    if (values.errors) return invalidVariables(values.errors)

    const remaining = { ...request, document: restricted.document }
    const result = restricted.nothingLeft ? { data: {} } : await execute(remaining, caller, event)
    return mergeRefusals(supergraph.clientSchema, restricted, values.coerced, result)
  }
}
