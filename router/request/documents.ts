import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationTypeNode,
  parse,
  validate,
} from 'graphql'
import { clientError, code, toClientError } from '../errors.ts'
import { leastRecentlyUsed } from '../least-recently-used.ts'
import { type LimitCheck, over } from '../limits/check.ts'
import type { OperationRequest } from '../operation.ts'
import { shallowLists } from './shallow-lists.ts'
import { STANDARD_RULES } from './single-root-field.ts'

/** What a client sent as its operation, whatever the transport; nothing about it is known yet. */
export type OperationParams = { query?: unknown; operationName?: unknown; variables?: unknown }

/** A valid document that asks for no more than it may, and which kind of operation is to be run of it. */
export type ReadOperation = { request: OperationRequest; kind: OperationTypeNode }

/**
 * Reads what a client sent. Errors: BAD_REQUEST (not the form of a GraphQL request), GRAPHQL_PARSE_FAILED,
 * GRAPHQL_VALIDATION_FAILED, OPERATION_RESOLUTION_FAILURE, LIMIT_EXCEEDED.
 */
export type Documents = (params: OperationParams) => ReadOperation | Refused

type Refused = { errors: readonly GraphQLError[] }

const RULES = [...STANDARD_RULES, shallowLists]
const MOST_ERRORS = 20
/** Characters, of all documents that are remembered: each takes up to 70 bytes. */
const TEXT_KEPT = 1_000_000
/** Objects and lists in each other in a value from a client: whoever writes JSON again goes as deep into the stack. */
export const DEEPEST_VALUE = 64

/**
 * Reads operations on a schema; the latest `kept` good documents are remembered by their text. `maxLength` is in
 * characters, `maxTokens` in words and signs; `checkLimits` has its say before a document is remembered.
 */
export function createDocuments(
  schema: GraphQLSchema,
  {
    kept = 1_000,
    maxLength = 65_536,
    maxTokens = 5_000,
    introspection = true,
    checkLimits = (() => []) as LimitCheck,
  } = {},
): Documents {
  const rules = introspection ? RULES : [...RULES, NoSchemaIntrospectionCustomRule]
  const validating = { maxErrors: MOST_ERRORS, hideSuggestions: !introspection }
  const good = leastRecentlyUsed<DocumentNode>(kept, { heaviest: TEXT_KEPT, weigh: ({ length }) => length })

  const read = (query: string): DocumentNode | Refused => {
    const tooLong = over('MAX_DOCUMENT', maxLength, query.length, 'The document is too long')
    if (tooLong.length) return { errors: tooLong }
    const document = parsed(query, maxTokens)
    if ('errors' in document) return document
    const errors = validate(schema, document, rules, validating)
    if (errors.length) return { errors: errors.map((error) => toClientError(error, 'GRAPHQL_VALIDATION_FAILED')) }
    // Only errors need places, which hold all the text's words: it is kept without.
    return parse(query, { maxTokens, noLocation: true })
  }

  return ({ query, operationName: name = null, variables = null }) => {
    if (typeof query !== 'string' || query === '') return refused('`query` must be a string, and not empty.')
    if (name !== null && typeof name !== 'string') return refused('`operationName` must be a string.')
    if (!isObject(variables)) return refused('`variables` must be an object.')
    for (const variable in variables) {
      if (!isDeeper(variables[variable], DEEPEST_VALUE)) continue
      return refused(`\`variables.${variable}\` is nested more than ${DEEPEST_VALUE} deep.`)
    }
    const known = good.get(query)
    const document = known ?? deepAs(() => read(query))
    if ('errors' in document) return document
    const operationName = name === '' ? null : name
    const operation = getOperationAST(document, operationName)
    if (!operation) return { errors: [unresolved(operationName)] }
    const request = { document, operationName, variables: variables ?? {} }
    const tooMuch = checkLimits(document, operationName, request.variables)
    if (tooMuch.length) return { errors: tooMuch }
    if (!known) good.set(query, document)
    return { request, kind: operation.operation }
  }
}

/** Whether objects and lists stand in each other deeper than so many levels. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((each) => isDeeper(each, levels - 1))
  const object = value as Record<string, unknown> // JSON knows no other
  for (const key in object) if (isDeeper(object[key], levels - 1)) return true
  return false
}

function parsed(query: string, maxTokens: number): DocumentNode | Refused {
  try {
    return parse(query, { maxTokens })
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [toClientError(error, 'GRAPHQL_PARSE_FAILED')] }
    throw error
  }
}

/** Parsing and validating go as deep into the stack as the document is nested. */
function deepAs<Result>(read: () => Result): Result | Refused {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { errors: [clientError('The document is nested too deeply.', 'GRAPHQL_PARSE_FAILED')] }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> | null =>
  typeof value === 'object' && !Array.isArray(value)

const refused = (message: string) => ({ errors: [clientError(message, code.badRequest)] })

const unresolved = (name: string | null) =>
  clientError(
    name === null ? 'The document has several operations: `operationName` must say which.' : `No operation "${name}".`,
    'OPERATION_RESOLUTION_FAILURE',
  )
