import pg from 'pg'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { newId } from '../ids.ts'
import { createLogger } from '../log.ts'
import { connectNats, type StreamSettings, streamOn } from '../nats/connection.ts'
import { ensureStream, keepStreams } from '../nats/keep-streams.ts'
import { liveStream } from '../nats/live-stream.ts'
import { relayFacts, relayLive } from '../run-relay.ts'
import { testStream } from './streams.ts'
import { thingSchema } from './thing-row.ts'
import { until } from './until.ts'

const log = createLogger('test')
log.level = 'silent'

/** Ten times faster than the real values; but even on a slow machine no relay counts as frozen. */
export const TIMING = { pollMs: 100, reconcileMs: 200, retryMs: 50, frozenMs: 600_000 }

export type RelayRig = Awaited<ReturnType<typeof relayRig>>

/**
 * An outbox and a stream of the test's own, and relays between them. A message is a text: a letter, which is its key, and a
 * number, its revision.
 */
export async function relayRig(natsUrl = process.env.TEST_NATS_URL ?? '') {
  const database = await migratedDatabase('chassis', thingSchema)
  const { nats, stream, prefix, stored, end } = await testStream(natsUrl)
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  const relays: { stop(): Promise<void> }[] = []
  const keepers: { stop(): Promise<void> }[] = []
  const query = async (sql: string, values?: unknown[]) => (await client.query(sql, values)).rows

  const unpublished = async () => {
    const [row] = await query('select count(*)::int as count from outbox where sequence is null')
    return row.count as number
  }
  /** The leading sessions: at most one. */
  const leaders = async () => {
    const rows = await query(`
      select pid from pg_locks where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())`)
    return rows.map(({ pid }) => pid as number)
  }
  const put = async (table: 'outbox' | 'live_outbox', texts: string[]) => {
    const rows = texts.map((text) => ({
      id: newId(),
      text,
      key: text[0],
      subject: `${prefix}.${text[0]}`,
      revision: Number(text.slice(1)),
    }))
    await client.query(
      `insert into ${table} (id, subject, key, message)
       select id, subject, key, jsonb_build_object('text', text, 'revision', revision)
       from jsonb_to_recordset($1) as put (id uuid, text text, key text, subject text, revision int)`,
      [JSON.stringify(rows)],
    )
  }
  return {
    url: database.url,
    nats,
    stream,
    prefix,
    query,
    unpublished,
    leaders,
    /** Keeps the stream, with these settings, over a connection of its own. */
    keep: async (settings: StreamSettings = stream) => {
      const connected = await connectNats(natsUrl, 'streams')
      await ensureStream(connected, settings)
      const keeping = keepStreams(connected, [settings], [settings.name], log, 20)
      const stop = () => keeping.stop().then(connected.end)
      keepers.push({ stop })
      return { nats: connected, stop }
    },
    startRelay: (timing: Partial<typeof TIMING> = {}, databaseUrl = database.url) => {
      const relay = relayFacts(databaseUrl, streamOn(nats, stream), log, { ...TIMING, ...timing })
      relays.push(relay)
      return relay
    },
    /** A relay of live states, to a stream with these settings. */
    startLiveRelay: (settings: StreamSettings = stream) => {
      const relay = relayLive(database.url, liveStream(nats, settings), log, TIMING)
      relays.push(relay)
      return relay
    },
    /** Adds messages to the outbox, in one commit. */
    addFacts: (...texts: string[]) => put('outbox', texts),
    /** Adds states to the live outbox, in one commit. */
    addStates: (...texts: string[]) => put('live_outbox', texts),
    allStatesPublished: () => until(async () => !(await query('select * from live_outbox')).length),
    allFactsPublished: () => until(async () => (await unpublished()) === 0),
    leader: () => until(async () => (await leaders())[0]),
    stored: async () => (await stored()).map((body) => (body as { text: string }).text),
    end: async () => {
      await Promise.all([...relays, ...keepers].map((each) => each.stop()))
      await client.end()
      await end()
      await database.drop()
    },
  }
}

/** `a3`, `a4`, `a5` … */
export const texts = (key: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${key}${from + index}`)

export const ofKey = (all: string[], key: string): string[] => all.filter((text) => text.startsWith(key))
