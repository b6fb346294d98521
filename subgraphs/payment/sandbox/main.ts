import type { ServerResponse } from 'node:http'
import { readConfig } from '../../../chassis/config.ts'
import { exitOnUncaught } from '../../../chassis/detached.ts'
import { stopOnSignal } from '../../../chassis/draining.ts'
import { innerHosts } from '../../../chassis/hosts.ts'
import { listen } from '../../../chassis/http.ts'
import { createLogger } from '../../../chassis/log.ts'
import { openProgramMetrics } from '../../../chassis/metrics/open.ts'
import { openBook } from './book.ts'
import { sandboxConfig } from './config.ts'
import { routesOf } from './routes.ts'
import { sandbox } from './sandbox.ts'

const config = readConfig(sandboxConfig)
const log = createLogger('provider')
exitOnUncaught(log)
const metrics = await openProgramMetrics('provider', config)
const unanswered = new Set<ServerResponse>()
const { port, close } = await listen({
  host: config.HOST,
  port: config.PORT,
  needs: [],
  isOwnHost: innerHosts('localhost', config.HOST_NAMES),
  routes: routesOf(
    sandbox(openBook(config.BOOK_FILE), () => new Date()),
    config.PROVIDER_TOKEN,
    unanswered,
  ),
  observe: metrics?.observe,
})
const metricsServer = await metrics?.serve(config)
log.info({ port }, 'serving')
stopOnSignal(async (hurry) => {
  // Those would keep the server from draining for ever.
  for (const response of unanswered) response.destroy()
  await Promise.all([close(hurry), metricsServer?.close()])
})
