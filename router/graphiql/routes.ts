import type { IncomingMessage } from 'node:http'
import { type Handler, sendJson } from '../../chassis/http.ts'
import { readWeighted } from '../request/negotiate.ts'
import { files, type StaticFile, VERSION } from './files.ts'

const FOLDER = `/graphiql/${VERSION}`
const HEADERS = { 'cross-origin-resource-policy': 'same-origin' }
/** Allows nothing from other origins and no inline scripts. The editor needs inline styles, and fonts as data. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'font-src data:',
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What is at `/` where the API is at `path`: with GraphiQL, browsers go on to it; all others are told where the API is. */
export function rootRoute(path: string, hasGraphiql: boolean): Handler {
  return (request, response) => {
    if (!hasGraphiql || !isBrowser(request))
      return sendJson(response, 200, { message: `The GraphQL API is at ${path}.`, graphql: path })
    response.writeHead(302, { location: path, 'content-length': 0, vary: 'accept' })
    response.end()
  }
}

/**
 * The routes of a GraphQL address with GraphiQL, and those of GraphiQL's files. Browsers get GraphiQL, all other clients the
 * response of `graphql`. `query` is the first text in the editor.
 */
export function graphiqlRoutes(path: string, graphql: Handler, query?: string): Record<string, Handler> {
  const html = page(query)
  const pageOrGraphql: Handler = (request, response) => {
    if (!isBrowser(request)) return graphql(request, response)
    response.writeHead(200, {
      ...HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(html),
      'content-security-policy': POLICY,
      'cache-control': 'no-cache',
      vary: 'accept',
    })
    response.end(html)
  }
  const assets = Object.entries(files).map(([name, file]) => [`${FOLDER}/${name}`, fileRoute(file)] as const)
  return { ...Object.fromEntries(assets), [path]: pageOrGraphql }
}

/** Whether HTML is accepted and JSON is not. GraphQL clients may accept anything, so a wildcard is not enough. */
function isBrowser({ method, headers }: IncomingMessage): boolean {
  const accepted = (headers.accept ?? '').split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase())
  return (method === 'GET' || method === 'HEAD') && accepted.includes('text/html') && !accepted.some(isJson)
}

const isJson = (type = '') => /^application\/(.+\+)?json$/.test(type)

function fileRoute(file: () => Promise<StaticFile>): Handler {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD', 'content-length': 0 })
      response.end()
      return
    }
    const { type, plain, gzipped } = await file()
    const encodings = readWeighted(String(request.headers['accept-encoding'] ?? ''))
    const isGzip = encodings.some(({ name, weight }) => name === 'gzip' && weight > 0)
    const body = isGzip ? gzipped : plain
    response.writeHead(200, {
      ...HEADERS,
      'content-type': type,
      'content-length': body.length,
      ...(isGzip && { 'content-encoding': 'gzip' }),
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
    response.end(body)
  }
}

function page(query: string | undefined): string {
  const queryAttribute = query === undefined ? '' : ` data-query="${escaped(query)}"`
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${FOLDER}/graphiql.css">
    <script defer src="${FOLDER}/graphiql.js"></script>
    <script defer src="${FOLDER}/start.js"></script>
  </head>
  <body id="body" class="no-focus-outline" style="margin: 0; overflow: hidden">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"${queryAttribute}></div>
  </body>
</html>
`
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
