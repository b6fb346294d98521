import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** What can go wrong that the client may know about, as `extensions.code`. Subgraphs' own codes are passed on. */
export const code = {
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'FORBIDDEN',
  issuerUnavailable: 'ISSUER_UNAVAILABLE',
  subgraphUnavailable: 'SUBGRAPH_UNAVAILABLE',
  subgraphInvalid: 'SUBGRAPH_INVALID_ANSWER',
  subgraphError: 'SUBGRAPH_ERROR',
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
  internal: 'INTERNAL_SERVER_ERROR',
} as const

export type ErrorPath = (string | number)[]

/** An error of one subgraph, at the place in the client's answer that it concerns. */
export function subgraphError(message: string, service: string, errorCode: string, path: ErrorPath): GraphQLError {
  return new GraphQLError(message, {
    ...(path.length ? { path } : {}),
    extensions: { code: errorCode, service },
  })
}

/** The body of an answer that is refused before it is a GraphQL request at all. */
export function refusal(message: string, errorCode: string): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code: errorCode } }] }
}

/** An error of the request as a whole, which is answered without data. */
export function clientError(message: string, errorCode: string, error?: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes: error?.nodes, extensions: { code: errorCode } })
}

/** The answer to a valid operation for which the planner finds no plan. */
export const notPlanned = () => ({
  errors: [clientError('This operation is valid, but no way was found to answer it.', code.notPlanned)],
})

/** The answer to an operation whose variables are not what it says of them. */
export const invalidVariables = (errors: readonly GraphQLError[]) => ({
  errors: errors.map((error) => clientError(error.message, code.badUserInput, error)),
})

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
  code.notPlanned,
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
    const place = { ...(locations && { locations }), ...(path && { path }) }
    if (typeof extensions?.service === 'string' || CLIENT_CODES.has(extensions?.code)) {
      return { message, ...place, extensions }
    }
    report(error)
    return { message: 'Something went wrong here.', ...place, extensions: { code: code.internal } }
  }
}
