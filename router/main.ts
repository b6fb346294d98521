import { watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { openAudit } from '../chassis/audit/audit.ts'
import { detached, exitOnUncaught } from '../chassis/detached.ts'
import { stopOnSignal } from '../chassis/draining.ts'
import { createLogger } from '../chassis/log.ts'
import { routerConfig } from './config.ts'
import { openDelivery } from './live/delivery/context.ts'
import { startRouter } from './router.ts'
import { UnusableSupergraph } from './supergraph/load.ts'

/**
 * `node router/main.ts --supergraph FILE --port N`. Exits with 78 if the settings or the supergraph are invalid. When the
 * file changes, and on SIGHUP, it is loaded again.
 */
const config = routerConfig(process.argv.slice(2), process.env)
const log = createLogger('router')
exitOnUncaught(log)
const audit = openAudit('router', config, log)
const FILE_CHECK_MS = 1_000
const NOT_RELOADED = 'the supergraph could not be reloaded; the old one stays in use'
try {
  const sdl = await readFile(config.SUPERGRAPH, 'utf8')
  const router = await startRouter(sdl, config, log, openDelivery, audit)
  stopOnSignal((hurry) => router.close(hurry).finally(audit.close))
  // An invalid or half-written file is logged; the router keeps the old supergraph.
  const reload = () => detached(() => reloadSupergraph(router), { log, what: NOT_RELOADED })
  process.on('SIGHUP', reload)
  // Polls, because replaced or mounted files do not always cause file system events.
  watchFile(config.SUPERGRAPH, { interval: FILE_CHECK_MS, persistent: false }, reload)
  const subgraphs = Object.fromEntries([...router.subgraphs].map(([name, url]) => [name, url.href]))
  const { port, metricsPort } = router
  log.info({ subgraphs, port, metricsPort }, `GraphQL http://${config.HOST}:${port}/graphql`)
} catch (error) {
  const reason = startFailure(error)
  if (!reason) throw error
  console.error(`The router cannot start. ${reason}`)
  process.exit(78)
}

async function reloadSupergraph(router: Awaited<ReturnType<typeof startRouter>>): Promise<void> {
  const sdl = await readFile(config.SUPERGRAPH, 'utf8')
  try {
    if (router.reload(sdl)) log.info('the supergraph has changed: reloaded')
  } catch (error) {
    if (!(error instanceof UnusableSupergraph)) throw error
    log.error({ reason: error.message }, NOT_RELOADED)
  }
}

function startFailure(error: unknown): string | undefined {
  if (error instanceof UnusableSupergraph) return `${config.SUPERGRAPH}: ${error.message}`
  const errno = error instanceof Error && 'code' in error ? error.code : undefined
  if (errno === 'ENOENT' || errno === 'EISDIR') return `There is no file ${config.SUPERGRAPH}.`
  const port = error instanceof Error && 'port' in error ? error.port : config.PORT // or METRICS_PORT
  if (errno === 'EACCES') return `${config.SUPERGRAPH} or port ${port} is not allowed to this user.`
  if (errno === 'EADDRINUSE') return `Port ${port} on ${config.HOST} is in use.`
  return undefined
}
