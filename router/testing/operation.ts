import { type GraphQLSchema, getOperationAST, parse } from 'graphql'
import { fragmentsOf, normalForm } from '../executor/selection/normal-form.ts'
import type { Operation } from '../operation.ts'

/** The normal form of an operation, which is not validated. */
export function operationOf(schema: GraphQLSchema, source: string, operationName: string | null = null): Operation {
  const document = parse(source, { noLocation: true })
  const node = getOperationAST(document, operationName)
  if (!node) throw new Error('There is no such operation in the text.')
  return normalForm(schema, node, fragmentsOf(document))
}
