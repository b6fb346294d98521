import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { code } from './errors.ts'
import type { OperationRequest } from './execute.ts'
import { leastRecentlyUsed } from './least-recently-used.ts'
import { shallowLists } from './shallow-lists.ts'

/** What a client sent as its operation, whatever the transport; nothing about it is known yet. */
export type OperationParams = { query?: unknown; operationName?: unknown; variables?: unknown }

/** A valid document, and which kind of operation is to be run of it. */
export type ReadOperation = { request: OperationRequest; kind: OperationTypeNode }

/**
 * Reads what a client sent. Errors: BAD_REQUEST (not the form of a GraphQL request), GRAPHQL_PARSE_FAILED,
 * GRAPHQL_VALIDATION_FAILED, OPERATION_RESOLUTION_FAILURE.
 */
export type Documents = (params: OperationParams) => ReadOperation | { errors: readonly GraphQLError[] }

/** Characters; longer documents are read anew each time, so that the kept ones can't fill the memory. */
const LONGEST_KEPT = 16_384
const RULES = [...specifiedRules, shallowLists]

/** Reads operations on a schema; the latest `kept` valid documents are remembered by their text. */
export function createDocuments(
  schema: GraphQLSchema,
  { kept = 1_000, maxTokens = 5_000, introspection = true } = {},
): Documents {
  const rules = introspection ? RULES : [...RULES, NoSchemaIntrospectionCustomRule]
  const valid = leastRecentlyUsed<DocumentNode>(kept)

  const read = (query: string): DocumentNode | { errors: readonly GraphQLError[] } => {
    const known = valid.get(query)
    if (known) return known
    const document = parsed(query, maxTokens)
    if ('errors' in document) return document
    const errors = validate(schema, document, rules)
    if (errors.length) return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) }
    if (query.length <= LONGEST_KEPT) valid.set(query, document)
    return document
  }

  return ({ query, operationName = null, variables = null }) => {
    if (typeof query !== 'string' || query === '') return refused('`query` must be a string, and not empty.')
    if (operationName !== null && typeof operationName !== 'string') return refused('`operationName` must be a string.')
    if (!isObject(variables)) return refused('`variables` must be an object.')
    const document = deepAs(() => read(query))
    if ('errors' in document) return document
    const operation = getOperationAST(document, operationName)
    if (!operation) return { errors: [unresolved(operationName)] }
    return { request: { document, operationName, variables: variables ?? {} }, kind: operation.operation }
  }
}

function parsed(query: string, maxTokens: number): DocumentNode | { errors: GraphQLError[] } {
  try {
    return parse(query, { maxTokens })
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] }
    throw error
  }
}

/** Parsing and validating go as deep into the stack as the document is nested. */
function deepAs<Result>(read: () => Result): Result | { errors: GraphQLError[] } {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { errors: [coded('The document is nested too deeply.', 'GRAPHQL_PARSE_FAILED')] }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> | null =>
  typeof value === 'object' && !Array.isArray(value)

const coded = (message: string, errorCode: string) => new GraphQLError(message, { extensions: { code: errorCode } })
const refused = (message: string) => ({ errors: [coded(message, code.badRequest)] })

const unresolved = (name: string | null) =>
  coded(
    name === null ? 'The document has several operations: `operationName` must say which.' : `No operation "${name}".`,
    'OPERATION_RESOLUTION_FAILURE',
  )

function withCode({ message, nodes, source, positions }: GraphQLError, errorCode: string): GraphQLError {
  return new GraphQLError(message, { nodes, source, positions, extensions: { code: errorCode } })
}
