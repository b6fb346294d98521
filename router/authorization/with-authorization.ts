import { getVariableValues } from 'graphql'
import { invalidVariables, READING_VARIABLES } from '../errors.ts'
import type { Executor } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import { putRefused } from './refusals.ts'
import { createRestrict } from './restrict.ts'
import { createRights } from './rights.ts'

/**
 * Makes of an executor one that never asks a subgraph for what the caller may not have: it runs what is left of the
 * operation, and answers null with an error in the place of the rest. It calls no subgraph where nothing is left.
 */
export function authorized(supergraph: Supergraph, execute: Executor): Executor {
  const rightsOf = createRights(supergraph.requirements)
  const restrict = createRestrict(supergraph)

  return async (request, caller, given) => {
    const restricted = restrict(request.document, request.operationName, rightsOf(caller.claims))
    if (!restricted) return execute(request, caller, given)
    // The variables of the whole operation: a wrong one is wrong, whatever of it may run.
    const definitions = restricted.operation.variableDefinitions ?? []
    const values = getVariableValues(supergraph.clientSchema, definitions, request.variables, READING_VARIABLES)
    if (values.errors) return invalidVariables(values.errors)

    const left = { ...request, document: restricted.document }
    const result = restricted.nothingLeft ? { data: {} } : await execute(left, caller, given)
    return putRefused(supergraph.clientSchema, restricted, values.coerced, result)
  }
}
