import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** All values of `extensions.code` that the router sets; docs/errors.md explains them. Subgraphs' own codes are passed on. */
export const code = {
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'FORBIDDEN',
  issuerUnavailable: 'ISSUER_UNAVAILABLE',
  subgraphUnavailable: 'SUBGRAPH_UNAVAILABLE',
  subgraphInvalid: 'SUBGRAPH_INVALID_ANSWER',
  subgraphError: 'SUBGRAPH_ERROR',
  serviceUnavailable: 'SERVICE_UNAVAILABLE',
  badUserInput: 'BAD_USER_INPUT',
  badCursor: 'BAD_CURSOR',
  subscriptionNotSupported: 'SUBSCRIPTION_NOT_SUPPORTED',
  bodyTooLarge: 'BODY_TOO_LARGE',
  limitExceeded: 'LIMIT_EXCEEDED',
  rateLimited: 'RATE_LIMITED',
  overloaded: 'OVERLOADED',
  timeout: 'TIMEOUT',
  badRequest: 'BAD_REQUEST',
  parseFailed: 'GRAPHQL_PARSE_FAILED',
  validationFailed: 'GRAPHQL_VALIDATION_FAILED',
  noSuchOperation: 'OPERATION_RESOLUTION_FAILURE',
  persistedQueryNotFound: 'PERSISTED_QUERY_NOT_FOUND',
  persistedQueryMismatch: 'PERSISTED_QUERY_HASH_MISMATCH',
  tooManyOperations: 'TOO_MANY_OPERATIONS',
  schemaChanged: 'SCHEMA_CHANGED',
  notPlanned: 'OPERATION_NOT_PLANNED',
  moreErrors: 'MORE_ERRORS',
  internal: 'INTERNAL_SERVER_ERROR',
} as const

export type ErrorCode = (typeof code)[keyof typeof code]

export type ErrorPath = (string | number)[]

/** What an error of a subgraph says; `retryAfter` is in seconds, where trying again may help. */
export type SubgraphFault = { message: string; code: string; retryAfter?: number | undefined }

/** An error of one subgraph, at its path in the client's answer. */
export function subgraphError(
  { message, code, retryAfter }: SubgraphFault,
  service: string,
  path: ErrorPath,
): GraphQLError {
  return new GraphQLError(message, {
    ...(path.length ? { path } : {}),
    extensions: { code, service, ...(retryAfter === undefined ? {} : { retryAfter }) },
  })
}

/** Why a field is refused, for the client. `coordinate` is the field's, as "Type.field". */
export type Refusal = { message: string; code: ErrorCode; coordinate: string }

/** The error of a field that the caller may not have. */
export const refusalError = ({ message, code, coordinate }: Refusal, path: ErrorPath): GraphQLError =>
  new GraphQLError(message, { path, extensions: { code, coordinate } })

/** The body of a response to something that is not a GraphQL request, or that is refused before it is read as one. */
export function errorBody(message: string, errorCode: ErrorCode): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code: errorCode } }] }
}

/** An error of the whole request, which is answered without data. */
export function clientError(message: string, errorCode: ErrorCode): GraphQLError {
  return new GraphQLError(truncate(message), { extensions: { code: errorCode } })
}

/** Why a request is refused, as its whole answer. */
export const refused = (message: string, errorCode: ErrorCode): { errors: GraphQLError[] } => ({
  errors: [clientError(message, errorCode)],
})

/** The length of messages and the number of locations are limited, because clients can make both long. */
const MAX_MESSAGE_LENGTH = 500
const MAX_LOCATIONS = 10
const truncate = (text: string) =>
  text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : text

/**
 * Adapts an error of graphql-js about the client's request. It is changed in place, since a new error would compute its
 * locations again.
 */
export function toClientError(error: GraphQLError, errorCode: ErrorCode): GraphQLError {
  error.message = truncate(error.message)
  error.extensions.code = errorCode
  const { locations = [] } = error
  return locations.length > MAX_LOCATIONS
    ? Object.assign(error, { locations: locations.slice(0, MAX_LOCATIONS) })
    : error
}

/** For errors that are the router's own fault; the log has the details. */
export const INTERNAL_ERROR_MESSAGE = 'Something went wrong here.'
/** For requests beyond MAX_CONCURRENT and MAX_WAITING, and bodies beyond MAX_BODIES_BYTES. */
export const OVERLOADED_MESSAGE = 'The server is overloaded. Try again in a moment.'
/** For clients beyond RATE_PER_SECOND. */
export const RATE_LIMITED_MESSAGE = 'Too many requests. Try again in a moment.'

/** `retryAfter` is in seconds, like the HTTP header Retry-After. */
export const rateLimitedError = (waitMs: number) =>
  new GraphQLError(RATE_LIMITED_MESSAGE, {
    extensions: { code: code.rateLimited, retryAfter: Math.ceil(waitMs / 1_000) },
  })

export const overloadedError = () => clientError(OVERLOADED_MESSAGE, code.overloaded)

/** The answer to a valid operation that the planner cannot plan. */
export const notPlanned = (tookTooLong = false) =>
  refused(
    tookTooLong
      ? 'This operation is valid, but planning it took too long.'
      : 'This operation is valid, but the router cannot plan it.',
    code.notPlanned,
  )

/** The answer to variables that do not match their definitions. */
export const invalidVariables = (errors: readonly GraphQLError[]) => ({
  errors: errors.map((error) => toClientError(error, code.badUserInput)),
})

/** At most 20 errors are reported, and suggestions are off because they reveal parts of the schema. */
export const VARIABLE_COERCION_OPTIONS = { maxErrors: 20, hideSuggestions: true }

/** Codes of errors that clients see as they are. */
const CLIENT_CODES = new Set<unknown>(Object.values(code).filter((each) => each !== code.internal))

export type FormatError = ReturnType<typeof formatError>

/** Passes on errors meant for the client, and hides and reports all others. */
export function formatError(report: (error: unknown) => void) {
  return (error: GraphQLError): GraphQLFormattedError => {
    const { message, locations, path, extensions } = error.toJSON()
    const position = { ...(locations && { locations }), ...(path && { path }) }
    if (typeof extensions?.service === 'string' || CLIENT_CODES.has(extensions?.code)) {
      return { message, ...position, extensions }
    }
    report(error)
    return { message: INTERNAL_ERROR_MESSAGE, ...position, extensions: { code: code.internal } }
  }
}
