import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** What can go wrong that the client may know about, as `extensions.code`. Subgraphs' own codes are passed on. */
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
  notPlanned: 'OPERATION_NOT_PLANNED',
  moreErrors: 'MORE_ERRORS',
  internal: 'INTERNAL_SERVER_ERROR',
} as const

export type ErrorPath = (string | number)[]

/** What an error of a subgraph says; `retryAfter`: seconds, where asking again then may help. */
export type SubgraphFault = { message: string; code: string; retryAfter?: number | undefined }

/** An error of one subgraph, at the place in the client's answer that it concerns. */
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

/** The body of an answer that is refused before it is a GraphQL request at all. */
export function errorBody(message: string, errorCode: string): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code: errorCode } }] }
}

/** An error of the request as a whole, which is answered without data. */
export function clientError(message: string, errorCode: string): GraphQLError {
  return new GraphQLError(truncate(message), { extensions: { code: errorCode } })
}

/** Characters of a message, and places, that are told: a client could make them long, and have them told often. */
const MAX_MESSAGE_LENGTH = 500
const MAX_LOCATIONS = 10
const truncate = (text: string) =>
  text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : text

/** An error of graphql-js about the client's request, as it is told. It is changed: making it anew finds its places again. */
export function toClientError(error: GraphQLError, errorCode: string): GraphQLError {
  error.message = truncate(error.message)
  error.extensions.code = errorCode
  const { locations = [] } = error
  return locations.length > MAX_LOCATIONS
    ? Object.assign(error, { locations: locations.slice(0, MAX_LOCATIONS) })
    : error
}

/** What a client is told where it is our fault. */
export const OUR_FAULT = 'Something went wrong here.'
/** What a client is told where there is no room just now. */
export const OVERLOADED_MESSAGE = 'Too much is under way here just now: please try again in a moment.'
/** What a client is told of which RATE_PER_SECOND has had enough. */
export const RATE_LIMITED_MESSAGE = 'You ask too often: please wait a moment.'

/** The answer to a valid operation for which the planner finds no plan. */
export const notPlanned = () => ({
  errors: [clientError('This operation is valid, but no way was found to answer it.', code.notPlanned)],
})

/** The answer to an operation whose variables are not what it says of them. */
export const invalidVariables = (errors: readonly GraphQLError[]) => ({
  errors: errors.map((error) => toClientError(error, code.badUserInput)),
})

/** How variables are read: of those that are wrong only so many are told, and never what else the schema has. */
export const VARIABLE_COERCION_OPTIONS = { maxErrors: 20, hideSuggestions: true }

/** What is said about the client's own request. */
export const CLIENT_CODES = new Set<unknown>([
  code.unauthenticated,
  code.forbidden,
  code.badUserInput,
  code.badCursor,
  code.subscriptionNotSupported,
  code.subgraphInvalid,
  code.badRequest,
  code.limitExceeded,
  code.rateLimited,
  code.overloaded,
  code.notPlanned,
  code.moreErrors,
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_HASH_MISMATCH',
])

export type FormatError = ReturnType<typeof formatError>

/** Lets through what is meant for the client and hides the rest, which `report` hears of. */
export function formatError(report: (error: unknown) => void) {
  return (error: GraphQLError): GraphQLFormattedError => {
    const { message, locations, path, extensions } = error.toJSON()
    const position = { ...(locations && { locations }), ...(path && { path }) }
    if (typeof extensions?.service === 'string' || CLIENT_CODES.has(extensions?.code)) {
      return { message, ...position, extensions }
    }
    report(error)
    return { message: OUR_FAULT, ...position, extensions: { code: code.internal } }
  }
}
