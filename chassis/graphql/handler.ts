import { ApolloServer, HeaderMap } from '@apollo/server'
import { unwrapResolverError } from '@apollo/server/errors'
import { type Handler, readBody, sendJson } from '../http.ts'
import type { Logger } from '../log.ts'
import { isUnavailable, RETRY_AFTER_SECONDS } from '../postgres/unavailable.ts'
import { type Claims, CONTEXT_HEADER, verifyContext } from '../signed-context.ts'
import { subgraphSchema } from './schema.ts'

/** Subgraphs are only asked by the router; this bounds what even it may send. */
const BODY_LIMIT = 4 * 1024 * 1024

/**
 * The `/graphql` endpoint of a subgraph: answers nothing (401) that is not signed by the router or a sister service.
 * `contextOf` makes the resolvers' context of one request from who asks. Unexpected errors are logged and masked;
 * where the database is away they are SERVICE_UNAVAILABLE, with `retryAfter` in seconds.
 */
export async function subgraphHandler<Context extends object>(options: {
  name: string
  /** The context's own SDL and the common one. */
  typeDefs: string[]
  resolvers: object
  secret: string
  log: Logger
  contextOf: (claims: Claims) => Context
}): Promise<Handler> {
  const { name, log, secret } = options
  const server = new ApolloServer<Context>({
    schema: subgraphSchema(options.typeDefs, options.resolvers),
    nodeEnv: 'production', // Apollo's own defaults do not depend on how the process was started.
    introspection: true,
    csrfPrevention: false, // Browsers never come here; the signature is the guard.
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: { debug: () => {}, info: () => {}, warn: (m) => log.warn(m), error: (m) => log.error(m) },
    formatError: (formatted, error) => {
      if (formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return formatted
      if (isUnavailable(unwrapResolverError(error))) {
        log.warn({ err: error, path: formatted.path }, 'the database was not available to a resolver')
        return {
          ...formatted,
          message: `The ${name} service can't answer just now: please try again in a moment.`,
          extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: RETRY_AFTER_SECONDS },
        }
      }
      log.error({ err: error, path: formatted.path }, 'a resolver failed')
      return {
        ...formatted,
        message: `Something went wrong in ${name}.`,
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      }
    },
  })
  await server.start()

  return async (request, response) => {
    const body = await readBody(request, BODY_LIMIT)
    const header = request.headers[CONTEXT_HEADER]?.toString()
    const signed = verifyContext(secret, { audience: name, header, body }, Date.now())
    if (!signed)
      return sendJson(response, 401, { errors: [{ message: 'Only the router and sister services may ask.' }] })
    const asked = readJson(body)
    if (!asked) return sendJson(response, 400, { errors: [{ message: 'The body is not JSON.' }] })
    const headers = new HeaderMap()
    for (const [key, value] of Object.entries(request.headers)) if (value) headers.set(key, value.toString())
    const {
      status,
      headers: answered,
      body: answer,
    } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'POST', headers, search: '', body: asked.json },
      context: async () => options.contextOf(signed.claims),
    })
    response.writeHead(status ?? 200, Object.fromEntries(answered))
    if (answer.kind === 'complete') response.end(answer.string)
    else {
      for await (const chunk of answer.asyncIterator) response.write(chunk)
      response.end()
    }
  }
}

function readJson(body: Buffer): { json: unknown } | null {
  try {
    return { json: JSON.parse(body.toString()) }
  } catch {
    return null
  }
}
