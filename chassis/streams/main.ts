import { readConfig } from '../config.ts'
import { detached, exitOnUncaught } from '../detached.ts'
import { stopOnSignal } from '../draining.ts'
import { innerHosts } from '../hosts.ts'
import { listen } from '../http.ts'
import { createLogger } from '../log.ts'
import { openProgramMetrics } from '../metrics/open.ts'
import { checkNats } from '../nats/checks.ts'
import { connectNats, factsWithin, LIVE, type Nats } from '../nats/connection.ts'
import { keepStreams } from '../nats/keep-streams.ts'
import { streamsConfig } from './config.ts'

// Keeps the streams FACTS and LIVE: the only program that may create, change and delete streams. One process is enough: while it
// is away, the streams stay as they are.

const config = readConfig(streamsConfig)
const log = createLogger('streams')
exitOnUncaught(log)

const kept = [factsWithin(config.FACTS_MAX_BYTES, config.STREAM_REPLICAS), LIVE]
let nats: Nats | undefined
let keeping: { stop(): Promise<void> } | undefined
const keep = async () => {
  nats = await connectNats(config.NATS_URL, 'streams', config)
  keeping = keepStreams(nats, kept, [LIVE.name], log)
}
detached(keep, { log, what: 'NATS can never be joined' })

const metrics = await openProgramMetrics('streams', config)
const { port, close } = await listen({
  host: config.HOST,
  port: config.PORT,
  isOwnHost: innerHosts(config.HOST),
  needs: [{ name: 'nats', required: false, check: async () => checkNats(nats) }],
  routes: {},
  log,
  observe: metrics?.observe,
})
metrics?.watchStreams(kept, () => nats)
const metricsServer = await metrics?.serve(config)
log.info({ port }, 'serving')
stopOnSignal(async (hurry) => {
  await Promise.all([close(hurry), metricsServer?.close()])
  await keeping?.stop()
  await nats?.end()
})
