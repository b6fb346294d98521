import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql'
import { fairCache } from '../../chassis/fair-cache.ts'
import { code, refused, toClientError } from '../errors.ts'
import { isDeeperThan } from '../executor/selection/json.ts'
import { fragmentsOf, normalForm } from '../executor/selection/normal-form.ts'
import { exceeded, type LimitCheck } from '../limits/check.ts'
import type { Operation, OperationRequest } from '../operation.ts'
import { hasSecret, secretsAreVariables } from '../supergraph/secrets.ts'
import { mergeEqualSelections } from './merge-equal.ts'
import { textOf } from './operation-text.ts'
import { withPlainNumbers } from './plain-numbers.ts'
import { SPECIFIED_RULES, shallowLists } from './validation-rules.ts'

/** The operation that a client sent, over any transport; not validated yet. Its variables have exact numbers. */
export type OperationParams = { query?: unknown; documentId?: unknown; operationName?: unknown; variables?: unknown }

/**
 * A valid operation within the limits, its kind, whether an argument is a secret, and what it is read from again for another
 * supergraph.
 */
export type ValidOperation = { request: OperationRequest; kind: OperationTypeNode; hasSecret: boolean; source: Source }

/** The text that a client sent, and the name of the operation in it. */
export type Source = { query: string; operationName: string | null }

/** A valid document, and those of its operations that were used. */
type ValidDocument = { query: string; document: DocumentNode; operations: Map<string | null, NormalizedOperation> }
type NormalizedOperation = { operation: Operation; hasSecret: boolean; source: Source }

/**
 * Parses and validates an operation. Errors: BAD_REQUEST (the parameters have wrong types), GRAPHQL_PARSE_FAILED,
 * GRAPHQL_VALIDATION_FAILED, OPERATION_RESOLUTION_FAILURE, LIMIT_EXCEEDED.
 * Memory for documents is shared fairly by clients; `client` is the user or address that the operation counts against.
 */
export type ReadOperation = {
  (params: OperationParams, client?: string): ValidOperation | Refused
  /** Whether this operation of this text was read before and is remembered. */
  knows: (params: OperationParams) => boolean
}

type Refused = { errors: readonly GraphQLError[] }

const RULES = [...SPECIFIED_RULES, shallowLists, secretsAreVariables]
const MAX_ERRORS = 20
/** Characters of all cached documents and of the normal forms of their operations; each takes up to 45 bytes. */
const MAX_TEXT = 1_000_000
/** Nested objects and lists in a client's value are limited, because JSON.stringify recurses as deep. */
export const MAX_VALUE_DEPTH = 64

/**
 * Reads operations on a schema and brings them into normal form. The latest `kept` good documents are remembered by their
 * text. `maxLength` is in characters, `maxTokens` in words and signs; what `limits` refuses is not remembered.
 */
export function createOperationReader(
  schema: GraphQLSchema,
  { kept: maxCached = 1_000, maxLength = 65_536, maxTokens = 5_000, introspection = true, limits = NO_LIMITS } = {},
): ReadOperation {
  const rules = introspection ? RULES : [...RULES, NoSchemaIntrospectionCustomRule]
  const validationOptions = { maxErrors: MAX_ERRORS, hideSuggestions: !introspection }
  const cache = fairCache<ValidDocument>(maxCached, {
    maxWeight: MAX_TEXT,
    weightOf: (_, document) => weightOf(document),
  })

  const read = (query: string): ValidDocument | Refused => {
    const tooLong = exceeded('MAX_DOCUMENT', maxLength, query.length, 'The document is too long')
    if (tooLong.length) return { errors: tooLong }
    const parsed = tryToParse(query, maxTokens)
    if ('errors' in parsed) return parsed
    const document = mergeEqualSelections(parsed)
    // Before validation, which takes longer than everything else for a document that is too large.
    const fragments = fragmentsOf(document)
    const tooLarge = document.definitions.flatMap((each) =>
      each.kind === Kind.OPERATION_DEFINITION ? limits.size(each, fragments) : [],
    )
    if (tooLarge.length) return { errors: tooLarge }
    const errors = validate(schema, document, rules, validationOptions)
    if (errors.length) return { errors: errors.map((error) => toClientError(error, code.validationFailed)) }
    // Only errors need locations, so the cached document has none and takes less memory.
    const kept = mergeEqualSelections(parse(query, { maxTokens, noLocation: true }))
    return { query, document: kept, operations: new Map() }
  }
  const normalize = (
    { query, document }: ValidDocument,
    operation: OperationDefinitionNode,
    operationName: string | null,
  ): NormalizedOperation => {
    const normal = normalForm(schema, operation, fragmentsOf(document))
    return { operation: normal, hasSecret: hasSecret(schema, normal), source: { query, operationName } }
  }

  const readParams = (params: OperationParams, client = '') => {
    const { query, operationName: name = null, variables = null } = params
    if (typeof query !== 'string' || query === '') return withoutText(params)
    if (name !== null && typeof name !== 'string') return refused('`operationName` must be a string.', code.badRequest)
    if (!isObject(variables)) return refused('`variables` must be an object.', code.badRequest)
    for (const variable in variables) {
      if (!isDeeperThan(variables[variable], MAX_VALUE_DEPTH)) continue
      return refused(`\`variables.${variable}\` is nested more than ${MAX_VALUE_DEPTH} deep.`, code.badRequest)
    }
    const known = cache.get(query)
    const valid = known ?? refuseTooDeep(() => read(query))
    if ('errors' in valid) return valid
    const operationName = nameOf(name)
    let normalized = valid.operations.get(operationName)
    if (!normalized) {
      const node = getOperationAST(valid.document, operationName)
      if (!node) return unresolved(operationName)
      const found = refuseTooDeep(() => normalize(valid, node, operationName))
      if ('errors' in found) return found
      normalized = found
    }
    const { operation, hasSecret, source } = normalized
    const definitions = operation.variableDefinitions ?? []
    const request = { operation, variables: withPlainNumbers(variables ?? {}, definitions, schema) }
    const errors = limits.cost(operation, request.variables)
    if (errors.length) return { errors }
    if (!valid.operations.has(operationName)) {
      valid.operations.set(operationName, normalized)
      cache.set(query, valid, client)
    }
    return { request, kind: operation.operation, hasSecret, source }
  }
  return Object.assign(readParams, {
    knows: ({ query, operationName = null }: OperationParams) =>
      typeof query === 'string' &&
      (operationName === null || typeof operationName === 'string') &&
      (cache.peek(query)?.operations.has(nameOf(operationName)) ?? false),
  })
}

const nameOf = (operationName: string | null) => operationName || null

function tryToParse(query: string, maxTokens: number): DocumentNode | Refused {
  try {
    return parse(query, { maxTokens })
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [toClientError(error, code.parseFailed)] }
    throw error
  }
}

const weightOf = ({ query, operations }: ValidDocument) =>
  operations.values().reduce((sum, { operation }) => sum + textOf(operation).length, query.length)

const NO_LIMITS: LimitCheck = { size: () => [], cost: () => [] }

/** Parsing and validation recurse as deep as the document is nested, which may exceed the stack. */
function refuseTooDeep<Result>(read: () => Result): Result | Refused {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return refused('The document is nested too deeply.', code.parseFailed)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> | null =>
  typeof value === 'object' && !Array.isArray(value)

const withoutText = ({ query, documentId }: OperationParams) =>
  refused(query == null && documentId != null ? NO_TRUSTED_DOCUMENTS : NO_TEXT, code.badRequest)

const NO_TEXT = '`query` must be the text of an operation, such as "{ __typename }".'
const NO_TRUSTED_DOCUMENTS =
  '`documentId` is not supported: send the text as `query`, ' +
  'or its hash as `extensions.persistedQuery` (automatic persisted queries).'

const unresolved = (name: string | null) =>
  refused(
    name === null ? 'The document has several operations: `operationName` must say which.' : `No operation "${name}".`,
    code.noSuchOperation,
  )

/** Why an operation may not come by GET, whose URL is kept by logs and caches and may be opened by any page; null if it may. */
export function refusalByGet({ kind, hasSecret }: Pick<ValidOperation, 'kind' | 'hasSecret'>): string | null {
  if (hasSecret) return 'Send secrets by POST.'
  return kind === OperationTypeNode.MUTATION ? 'Send mutations by POST.' : null
}
