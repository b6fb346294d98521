import { pino } from 'pino'
import { DEFAULTS } from '../../../router/config.ts'
import { createCursors } from '../../../router/live/delivery/cursor.ts'
import { openTestSocket } from '../../../router/live/testing/ws-connection.ts'
import { startRouter } from '../../../router/router.ts'
import { FEEDS, ID, SUPERGRAPH, WATCHING } from '../seeds.ts'
import { httpClient, wsClient } from './client.ts'
import { factConsumers } from './fact-consumers.ts'
import { liveFeed } from './live-feed.ts'
import { soon } from './soon.ts'
import { startSubgraphs } from './subgraphs.ts'
import { startIssuer } from './tokens.ts'

const SECRET = 's'.repeat(32)
const PLENTY = 1_000_000_000

export type Lab = Awaited<ReturnType<typeof openLab>>

/**
 * The system in this process, as far as messages from outside reach: the router with all its transports on our supergraph, the
 * contexts' servers and endpoints, an issuer, LIVE and the consumers of facts. Nothing is limited by how often it is asked.
 */
export async function openLab() {
  const faults: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void faults.push(line.trim()) })
  const [subgraphs, issuer] = await Promise.all([startSubgraphs(SECRET, log), startIssuer()])
  const feed = liveFeed()
  const config = {
    ...DEFAULTS,
    ...{
      PORT: 0,
      SUBGRAPH_URLS: subgraphs.urls,
      JWT_ISSUERS: [issuer.setting],
      JWT_AUDIENCE: undefined,
      GRAPHIQL: 'off' as const,
      CONTEXT_SECRET: SECRET,
      NATS_URL: 'nats://lab',
    },
    ...{ RATE_PER_SECOND: PLENTY, RATE_BURST: PLENTY, LIVE_MESSAGES_PER_SECOND: PLENTY, LIVE_DRAIN_MS: 100 },
  }
  const router = await startRouter(SUPERGRAPH, config, log, feed.open)
  const url = `http://127.0.0.1:${router.port}/graphql`
  const authorization = `Bearer ${issuer.token}`
  const [http, contexts] = [httpClient(router.port), httpClient(subgraphs.port)]
  const ws = wsClient(url, authorization)
  const facts = factConsumers(log)
  const watcher = await watch(url, authorization)
  let messages = 0
  /** A message of a feed about an entity that is new. */
  const another = ({ subject, message }: { subject: string; message: object }) => {
    const id = `entity-${++messages}-`
    return { id, subject: subject.replaceAll(ID, id), text: JSON.stringify(message).replaceAll(ID, id) }
  }
  for (const [name, one] of Object.entries(FEEDS)) {
    let turns = 0
    await soon(() => {
      const { subject, text } = another(one)
      if (turns++ % 50 === 0) feed.say(subject, text)
      return watcher.has(name, 'entity-')
    })
  }

  return {
    ...{
      another,
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
      secret: SECRET,
    },
    /** What the router's cursors are made by. */
    cursors: createCursors(SECRET, log),
    /** What was logged as an error since the last time. */
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

/** One who follows all feeds over one WebSocket. */
async function watch(url: string, authorization: string) {
  const talk = await openTestSocket({ url })
  talk.send({ type: 'connection_init', payload: { authorization } })
  await soon(() => talk.ofType('connection_ack').length)
  for (const [id, payload] of Object.entries(WATCHING)) talk.send({ id, type: 'subscribe', payload })
  const has = (feed: string, text: string) =>
    talk.received.some((message) => message.id === feed && JSON.stringify(message).includes(text))
  return {
    /** What came since the last time. */
    take: () => talk.received.splice(0),
    /** Ends when a text has come on a feed; false where that is over. */
    hears: (feed: string, text: string) =>
      soon(() => {
        const isOver = talk.closed || talk.received.some(({ id, type }) => id === feed && type !== 'next')
        return isOver ? 'over' : has(feed, text) && 'heard'
      }),
    has,
    close: () => talk.socket.terminate(),
  }
}
