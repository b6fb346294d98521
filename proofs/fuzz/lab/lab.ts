import { pino } from 'pino'
import { DEFAULTS } from '../../../router/config.ts'
import { createCursors } from '../../../router/live/delivery/cursor.ts'
import { openTestSocket } from '../../../router/live/testing/ws-connection.ts'
import { startRouter } from '../../../router/router.ts'
import { CONTEXTS } from '../../../scripts/contexts.mjs'
import { FEEDS, IDS_OF_IT, SUBSCRIPTIONS, SUPERGRAPH } from '../seeds.ts'
import { httpClient, pollUntil, wsClient } from './client.ts'
import { factConsumers } from './fact-consumers.ts'
import { liveFeed } from './live-feed.ts'
import { startSubgraphs } from './subgraphs.ts'
import { startIssuer } from './tokens.ts'

const CURSOR_SECRET = 's'.repeat(32)
/** The keys that the router shares with each context. */
const KEYS = new Map(CONTEXTS.map((name) => [name, name.padEnd(32, '.')]))
const UNLIMITED = 1_000_000_000

export type Lab = Awaited<ReturnType<typeof openLab>>

/**
 * The parts of the system that process messages from outside, in this process: the router with all its transports on our
 * supergraph, the contexts' servers and endpoints, an issuer, LIVE and the consumers of facts. There are no rate limits.
 */
export async function openLab() {
  const faults: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void faults.push(line.trim()) })
  const [subgraphs, issuer] = await Promise.all([startSubgraphs(KEYS, log), startIssuer()])
  const feed = liveFeed()
  const config = {
    ...DEFAULTS,
    ...{
      PORT: 0,
      SUBGRAPH_URLS: subgraphs.urls,
      JWT_ISSUERS: [issuer.setting],
      JWT_AUDIENCE: undefined,
      GRAPHIQL: 'off' as const,
      CONTEXT_KEYS: KEYS,
      CURSOR_SECRET,
      NATS_URL: 'nats://lab',
    },
    ...{ RATE_PER_SECOND: UNLIMITED, RATE_BURST: UNLIMITED, LIVE_MESSAGES_PER_SECOND: UNLIMITED, LIVE_DRAIN_MS: 100 },
  }
  const router = await startRouter(SUPERGRAPH, config, log, feed.open)
  const url = `http://127.0.0.1:${router.port}/graphql`
  const authorization = `Bearer ${issuer.token}`
  const [http, contexts] = [httpClient(router.port), httpClient(subgraphs.port)]
  const ws = wsClient(url, authorization)
  const facts = factConsumers(log)
  const watcher = await watch(url, authorization)
  let messages = 0
  /** A message of a feed about a new entity. */
  const newMessage = ({ subject, message }: { subject: string; message: object }) => {
    const id = `entity-${++messages}-`
    const about = (text: string) => IDS_OF_IT.reduce((so, sample) => so.replaceAll(sample, id), text)
    return { id, subject: about(subject), text: about(JSON.stringify(message)) }
  }
  for (const [name, feedMessage] of Object.entries(FEEDS)) {
    let turns = 0
    await pollUntil(() => {
      const { subject, text } = newMessage(feedMessage)
      if (turns++ % 50 === 0) feed.publish(subject, text)
      return watcher.has(name, 'entity-')
    })
  }

  return {
    ...{
      newMessage,
      port: router.port,
      subgraphs,
      issuer,
      feed,
      facts,
      http,
      contexts,
      ws,
      watcher,
      authorization,
      keys: KEYS,
    },
    /** Creates cursors as the router does. */
    cursors: createCursors(CURSOR_SECRET, log),
    /** The errors logged since the last call. */
    takeFaults: () => faults.splice(0),
    close: async () => {
      ws.close()
      watcher.close()
      http.close()
      contexts.close()
      await facts.stop()
      await router.close()
      await Promise.all([subgraphs.close(), issuer.close()])
    },
  }
}

/** Subscribes to all feeds over one WebSocket. */
async function watch(url: string, authorization: string) {
  const socket = await openTestSocket({ url })
  socket.send({ type: 'connection_init', payload: { authorization } })
  await pollUntil(() => socket.ofType('connection_ack').length)
  for (const [id, payload] of Object.entries(SUBSCRIPTIONS)) socket.send({ id, type: 'subscribe', payload })
  const has = (feed: string, text: string) =>
    socket.received.some((message) => message.id === feed && JSON.stringify(message).includes(text))
  return {
    /** The messages received since the last call. */
    take: () => socket.received.splice(0),
    /** Resolves to 'received' when a feed has delivered a text, or to 'ended' if its subscription has ended. */
    receives: (feed: string, text: string) =>
      pollUntil(() => {
        const hasEnded = socket.closed || socket.received.some(({ id, type }) => id === feed && type !== 'next')
        return hasEnded ? 'ended' : has(feed, text) && 'received'
      }),
    has,
    close: () => socket.socket.terminate(),
  }
}
