import { ApolloServer, type ApolloServerPlugin, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server'
import { unwrapResolverError } from '@apollo/server/errors'
import { GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import { type Audit, NO_AUDIT } from '../audit/audit.ts'
import { createAddressOf } from '../client-address.ts'
import { type Handler, readBody, sendJson } from '../http.ts'
import type { Logger } from '../log.ts'
import type { GraphqlMetrics } from '../metrics/graphql.ts'
import { isUnavailable, RETRY_AFTER_SECONDS } from '../postgres/unavailable.ts'
import { type CallerKeys, type Claims, CONTEXT_HEADER, createVerifier } from '../signed-context.ts'
import { AUDITED, auditedRequest, auditResolvers, recordReads } from './audit-resolvers.ts'
import { subgraphSchema } from './schema.ts'
import { translateIds } from './translate-ids.ts'

/** Only the router sends requests to subgraphs; this limits even those. */
const BODY_LIMIT = 4 * 1024 * 1024

/**
 * The `/graphql` endpoint of a subgraph. Requests that are not signed by the router get 401. `contextOf` creates the
 * resolvers' context of one request from the caller's claims. Unexpected errors are logged and masked. If the
 * database is away, the error is SERVICE_UNAVAILABLE with `retryAfter` in seconds. Commands, refused requests, and the reading
 * of `personalData` are recorded in `audit`.
 */
export async function subgraphHandler<Context extends object>(options: {
  name: string
  /** The context's own SDL and the common one. */
  typeDefs: string[]
  resolvers: object
  callers: CallerKeys
  log: Logger
  contextOf: (claims: Claims) => Context
  /** Coordinates of fields with personal data, as `Order.recipient`; their type has an `id`. */
  personalData?: readonly string[]
  audit?: Audit
  metrics?: GraphqlMetrics | undefined
}): Promise<Handler> {
  const { name, log, personalData = [], audit = NO_AUDIT } = options
  const verify = createVerifier(name, options.callers)
  const goodOnce = new WeakSet<HTTPGraphQLRequest>()
  const schema = subgraphSchema(options.typeDefs, options.resolvers)
  auditResolvers(schema, personalData, audit)
  options.metrics?.countFields(schema)
  // Last, so that what is recorded has the ids of the database, as logs and facts do.
  translateIds(schema)
  const maskError = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    if (formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return formatted
    if (isUnavailable(unwrapResolverError(error))) {
      log.warn({ err: error, path: formatted.path }, 'the database was not available to a resolver')
      return {
        ...formatted,
        message: `The ${name} service is temporarily unavailable. Try again in a moment.`,
        extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: RETRY_AFTER_SECONDS },
      }
    }
    log.error({ err: error, path: formatted.path }, 'a resolver failed')
    return {
      ...formatted,
      message: `Something went wrong in ${name}.`,
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    }
  }
  const server = new ApolloServer<Context>({
    plugins: [refuseRepeatableMutations(goodOnce)],
    schema,
    nodeEnv: 'production', // Apollo's defaults must not depend on NODE_ENV.
    introspection: true,
    csrfPrevention: false, // No browser reaches subgraphs, and requests are signed.
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: { debug: () => {}, info: () => {}, warn: (m) => log.warn(m), error: (m) => log.error(m) },
    formatError: (formatted, error) => {
      const masked = maskError(formatted, error)
      options.metrics?.countError(masked.extensions?.code)
      return masked
    },
  })
  await server.start()

  return async (request, response) => {
    const body = await readBody(request, BODY_LIMIT)
    const { method = '', url: path = '' } = request
    const header = request.headers[CONTEXT_HEADER]?.toString()
    const signed = verify({ header, method, path, body }, Date.now())
    const refused = 'refused' in signed ? signed.refused : signed.by !== 'router' && `it is signed by ${signed.by}`
    if ('refused' in signed || refused) {
      log.warn({ reason: refused }, 'a request was refused')
      const who = 'refused' in signed ? `address ${addressOf(request)}` : signed.by
      audit.recordRepeatable({ event: 'request', who, outcome: 'unsigned' })
      return sendJson(response, 401, { errors: [{ message: 'Only the router may send requests.' }] })
    }
    const parsed = readJson(body)
    if (!parsed) return sendJson(response, 400, { errors: [{ message: 'The body is not JSON.' }] })
    const headers = new HeaderMap()
    for (const [key, value] of Object.entries(request.headers)) if (value) headers.set(key, value.toString())
    const httpGraphQLRequest = { method, headers, search: '', body: parsed.json }
    if (signed.once) goodOnce.add(httpGraphQLRequest)
    const by = auditedRequest(signed.claims, request.headers['x-request-id']?.toString())
    const context = { ...options.contextOf(signed.claims), [AUDITED]: by }
    const {
      status,
      headers: responseHeaders,
      body: responseBody,
    } = await server
      .executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => context })
      .finally(() => recordReads(by, audit))
    response.writeHead(status ?? 200, Object.fromEntries(responseHeaders))
    if (responseBody.kind === 'complete') response.end(responseBody.string)
    else {
      for await (const chunk of responseBody.asyncIterator) response.write(chunk)
      response.end()
    }
  }
}

/** Callers are our own processes, without a proxy in between. */
const addressOf = createAddressOf(0)
/** Refuses a mutation whose header is not good once: whoever gets hold of the request could send it again. */
function refuseRepeatableMutations(goodOnce: WeakSet<HTTPGraphQLRequest>): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, request: { http } }) => {
        if (operation?.operation !== OperationTypeNode.MUTATION || (http && goodOnce.has(http))) return
        const extensions = { code: 'BAD_REQUEST', http: { status: 400 } }
        throw new GraphQLError('A mutation must be signed to be sent once.', { extensions })
      },
    }),
  }
}

function readJson(body: Buffer): { json: unknown } | null {
  try {
    return { json: JSON.parse(body.toString()) }
  } catch {
    return null
  }
}
