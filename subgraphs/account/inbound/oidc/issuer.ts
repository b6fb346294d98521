import type { IncomingMessage, ServerResponse } from 'node:http'
import { listen, sendJson } from '../../../../chassis/http.ts'
import type { Logger } from '../../../../chassis/log.ts'
import { isUnavailable, RETRY_AFTER_SECONDS } from '../../../../chassis/postgres/unavailable.ts'
import type { AccountPorts } from '../../application/ports.ts'
import { ensureSigningKeys } from '../../application/signing-keys.ts'
import { publishedKeys } from '../../domain/signing-key.ts'
import { makeProvider } from './provider.ts'
import { rateLimit } from './rate-limit.ts'

const GREETING = `Flower Delivery issues its tokens here. The sign-in page for people comes with the apps and is not there yet.
Programs: POST /token with grant_type=client_credentials; all about it in /.well-known/openid-configuration
`
/** A new key reaches every replica within this time, long before it signs. */
const RELOAD_KEYS_MS = 60_000

export type IssuerOptions = {
  host: string
  port: number
  /** The public URL, an origin: what `iss` says and every published address begins with. */
  url: string
  cookieKeys: string[]
  demoSecret?: string | undefined
  /** For each caller's address; behind a proxy that is the proxy's, and the proxy should limit too. */
  tokensPerMinute: number
  ports: AccountPorts
  log: Logger
}

/** Serves the OpenID provider, taking over new signing keys as it runs; `close` drains. */
export async function serveIssuer(options: IssuerOptions): Promise<{ port: number; close: () => Promise<void> }> {
  const url = new URL(options.url)
  let served = await load(options)
  const reload = async () => {
    try {
      served = await load(options, served)
      await options.ports.state.sweep()
    } catch (error) {
      options.log.warn({ err: error }, 'signing keys could not be read again; the present ones go on')
    }
  }
  const limit = rateLimit(options.tokensPerMinute)

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    // Not by the path: the provider takes /TOKEN and /token/ for /token too.
    const wait = request.method === 'POST' ? limit(request.socket.remoteAddress ?? '', Date.now()) : null
    if (wait !== null) {
      response.setHeader('retry-after', wait)
      const error_description = `Try again in ${wait} s.`
      return sendJson(response, 429, { error: 'temporarily_unavailable', error_description })
    }
    // Published addresses must not depend on what a caller writes into Host.
    request.headers.host = url.host
    request.headers['x-forwarded-proto'] = url.protocol.slice(0, -1)
    delete request.headers['x-forwarded-host']
    await served.handle(request, response)
  }
  const greet = (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(GREETING)
  }

  const { server, port, close } = await listen({
    host: options.host,
    port: options.port,
    needs: [],
    routes: { '/': greet },
    fallback: answer,
    log: options.log,
  })
  server.requestTimeout = 10_000
  const timer = setInterval(reload, RELOAD_KEYS_MS).unref()
  return {
    port,
    close: () => {
      clearInterval(timer)
      return close()
    },
  }
}

type Served = { kids: string; handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> }

/** The provider with today's keys: `present` itself where they are the same. */
async function load(options: IssuerOptions, present?: Served): Promise<Served> {
  const now = Date.now()
  const keys = publishedKeys(await ensureSigningKeys(options.ports.keys, now), now).map((key) => key.jwk)
  const kids = keys.map((key) => key.kid).join(' ')
  if (present?.kids === kids) return present
  const provider = makeProvider({ ...options, issuer: options.url, keys })
  provider.on('server_error', (context, error) => {
    if (!isUnavailable(error)) return options.log.error({ err: error }, 'the issuer failed on a request')
    options.log.warn({ err: error }, 'the database was not available to the issuer')
    // By RFC 6749 it is the server's failure; 503 says that it passes.
    context.status = 503
    context.set('retry-after', String(RETRY_AFTER_SECONDS))
    context.body = { error: 'temporarily_unavailable', error_description: `Try again in ${RETRY_AFTER_SECONDS} s.` }
  })
  return { kids, handle: provider.callback() }
}
