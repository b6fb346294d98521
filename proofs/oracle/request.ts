import { type DocumentNode, type GraphQLSchema, getOperationAST } from 'graphql'
import { fragmentsOf, normalForm } from '../../router/executor/selection/normal-form.ts'
import type { Operation } from '../../router/operation.ts'

/** A valid document as a client sends it, the name of the operation to run (null: its only one), and the variables. */
export type OperationRequest = {
  document: DocumentNode
  operationName: string | null
  variables: Record<string, unknown>
}

const known = new WeakMap<DocumentNode, Operation>()

/** The operation as the router reads it; the same object for the same document. */
export function operationOf({ document, operationName }: OperationRequest, schema: GraphQLSchema): Operation {
  const before = known.get(document)
  if (before) return before
  const node = getOperationAST(document, operationName)
  if (!node) throw new Error('There is no such operation in the document.')
  const operation = normalForm(schema, node, fragmentsOf(document))
  known.set(document, operation)
  return operation
}
