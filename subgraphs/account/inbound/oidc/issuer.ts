import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { type Audit, NO_AUDIT } from '../../../../chassis/audit/audit.ts'
import { createAddressOf, createIsSecure } from '../../../../chassis/client-address.ts'
import { innerHosts } from '../../../../chassis/hosts.ts'
import { listen, type Observe, sendJson } from '../../../../chassis/http.ts'
import type { Logger } from '../../../../chassis/log.ts'
import { isUnavailable, RETRY_AFTER_SECONDS } from '../../../../chassis/postgres/unavailable.ts'
import type { RevocationList } from '../../../../chassis/revocations.ts'
import type { AccountPorts, SentMessage } from '../../application/ports.ts'
import { revocationList } from '../../application/revocations.ts'
import type { SignInSettings } from '../../application/sign-in.ts'
import { ensureSigningKeys } from '../../application/signing-keys.ts'
import { forgottenBefore } from '../../domain/revocation.ts'
import { publishedKeys } from '../../domain/signing-key.ts'
import { createPages, type Pages } from '../pages/pages.ts'
import type { SignInOptions } from '../pages/sign-in.ts'
import { createLimits, type Limits } from './limits.ts'
import { makeProvider } from './provider.ts'
import { recordTokens } from './trail.ts'

/** New keys and revocations reach every replica within this time. Routers need up to 30 s more, so all is done in a minute. */
const RELOAD_MS = 10_000

export type IssuerOptions = {
  host: string
  port: number
  /** The public URL, an origin: what `iss` says and every published address begins with. */
  url: string
  /** The `aud` of the tokens, a URI. */
  audience: string
  cookieKeys: string[]
  /** Marks the forms of the pages. */
  formKey: Buffer
  signIn: Omit<SignInSettings, 'host'>
  countCode?: SignInOptions['countCode']
  /** The messages that nobody gets, for the page on which they are read; in development. */
  sandbox?: { newest(): Promise<SentMessage[]> } | undefined
  demoSecret?: string | undefined
  /** Requests of one client, or of one address without good credentials; as many at once. */
  tokensPerMinute: number
  /** The number of proxies in front, each of which adds its client's address to `x-forwarded-for`. */
  proxies: number
  ports: AccountPorts
  log: Logger
  audit?: Audit
  /** Counts its requests. */
  observe?: Observe | undefined
}

/** Serves the OpenID provider and the list of revocations, taking over what is new as it runs; `close` drains. */
export async function serveIssuer(
  options: IssuerOptions,
): Promise<{ port: number; close: (hurry?: AbortSignal) => Promise<void> }> {
  const url = new URL(options.url)
  const limits = createLimits({ perMinute: options.tokensPerMinute, proxies: options.proxies })
  const addressOf = createAddressOf(options.proxies)
  const { audit = NO_AUDIT } = options
  const pages = createPages({
    ports: options.ports,
    settings: { ...options.signIn, host: url.hostname },
    formKey: options.formKey,
    countCode: options.countCode,
    sandbox: options.sandbox,
    issuer: options.url,
    hasDemo: options.demoSecret !== undefined,
    audit,
  })
  let served = await load(options, limits, pages)
  const { state, revocations, attempts, limits: shared } = options.ports
  const reload = async () => {
    try {
      served = await load(options, limits, pages, served)
      const now = Date.now()
      await Promise.all([
        ...[state.sweep(), revocations.sweep(forgottenBefore(now))],
        ...[attempts.sweep(now), shared.sweep(now)],
      ])
    } catch (error) {
      options.log.warn({ err: error }, 'keys and revocations could not be read again; the present ones go on')
    }
  }

  // A page elsewhere could otherwise read the codes of the sandbox, by DNS rebinding; in production there is nothing to be had so.
  const isDevelopment = options.demoSecret !== undefined || options.sandbox !== undefined
  const isOwnHost = isDevelopment ? innerHosts('127.0.0.1', [url.hostname]) : () => true

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (!isOwnHost(request.headers.host) && !FOR_PROGRAMS.includes(request.url ?? '')) {
      response.setHeader('connection', 'close')
      const error_description = `the issuer is reached at ${options.url}`
      return sendJson(response, 421, { error: 'invalid_request', error_description })
    }
    const wait = limits.wait(request)
    if (wait) {
      audit.recordRepeatable({ event: 'limit', who: `address ${addressOf(request)}`, outcome: 'RATE_LIMITED' })
      response.setHeader('retry-after', wait)
      if (wantsPage(request)) return pages.tooMany(request, response, wait * 1_000)
      const error_description = `Try again in ${wait} s.`
      return sendJson(response, 429, { error: 'temporarily_unavailable', error_description })
    }
    // Published addresses must not depend on what a caller writes into Host.
    request.headers.host = url.host
    request.headers['x-forwarded-proto'] = url.protocol.slice(0, -1)
    delete request.headers['x-forwarded-host']
    const { provider, handle } = served
    try {
      if (await pages.answer(provider, request, response, addressOf(request))) return
    } catch (error) {
      if (!isUnavailable(error) || response.headersSent) throw error
      options.log.warn({ err: error }, 'the database was not available to a page')
      response.setHeader('retry-after', RETRY_AFTER_SECONDS)
      return pages.failed(request, response, 503)
    }
    await handle(request, response)
    if (response.statusCode === 401) limits.refuse(request)
  }

  const { server, port, close } = await listen({
    host: options.host,
    port: options.port,
    socket: 'issuer',
    needs: [],
    routes: { '/revocations': (request, response) => sendRevocations(request, response, served.revoked) },
    fallback: answer,
    isSecure: createIsSecure(options.proxies),
    log: options.log,
    observe: options.observe,
  })
  server.requestTimeout = 10_000
  const timer = setInterval(reload, RELOAD_MS).unref()
  return {
    port,
    close: (hurry) => {
      clearInterval(timer)
      return close(hurry)
    },
  }
}

/** What programs ask for under whatever name they know the issuer: public, or opened by a secret in the request. */
const FOR_PROGRAMS = ['/jwks', '/.well-known/openid-configuration', '/token']

/** Whether a person's browser asks, and no program. */
const wantsPage = ({ headers }: IncomingMessage) => headers.accept?.includes('text/html') ?? false

type Served = {
  kids: string
  provider: Provider
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  revoked: Revoked
}
type Revoked = { list: RevocationList; etag: string }

/** The list of revocations and the provider with today's keys: the present provider where they are the same. */
async function load(options: IssuerOptions, limits: Limits, pages: Pages, present?: Served): Promise<Served> {
  const now = Date.now()
  const keys = publishedKeys(await ensureSigningKeys(options.ports.keys, now), now).map((key) => key.jwk)
  const kids = keys.map((key) => key.kid).join(' ')
  const list = revocationList(await options.ports.revocations.all())
  const digest = createHash('sha256').update(JSON.stringify(list)).digest('base64url')
  const revoked = { list, etag: `"${digest}"` }
  if (present?.kids === kids) return { ...present, revoked }
  const provider = makeProvider({ ...options, issuer: options.url, keys, pages })
  provider.on('grant.success', ({ req, oidc }) => limits.accept(req, oidc.client.clientId))
  recordTokens(provider, options.audit ?? NO_AUDIT, createAddressOf(options.proxies))
  provider.on('server_error', (context, error) => {
    if (!isUnavailable(error)) return options.log.error({ err: error }, 'the issuer failed on a request')
    options.log.warn({ err: error }, 'the database was not available to the issuer')
    // By RFC 6749 it is the server's failure; 503 says that it passes.
    context.status = 503
    context.set('retry-after', String(RETRY_AFTER_SECONDS))
    if (context.accepts('json', 'html') === 'html') return pages.refuse(context, 503)
    context.body = { error: 'temporarily_unavailable', error_description: `Try again in ${RETRY_AFTER_SECONDS} s.` }
  })
  return { kids, provider, handle: provider.callback(), revoked }
}

/** From memory, so it is not limited: every router reads it every few seconds. */
function sendRevocations({ method, headers }: IncomingMessage, response: ServerResponse, revoked: Revoked): void {
  if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end()
  response.setHeader('etag', revoked.etag)
  response.setHeader('cache-control', 'no-cache') // A cache must ask each time whether it is still the same.
  if (headers['if-none-match'] === revoked.etag) response.writeHead(304).end()
  else sendJson(response, 200, revoked.list)
}
