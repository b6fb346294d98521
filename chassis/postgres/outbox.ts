import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { FactsOutbox, LiveOutbox, Outbox, Place, Unpublished } from '../relay.ts'
import { sessionUrl } from './session.ts'

/**
 * A table of messages to publish. Each has its relay, which leads and is woken on its own, so that a stream that takes
 * nothing does not hold the other up. The lock is any number that no other lock of this database takes.
 */
export type OutboxTable<Kind extends Outbox> = { name: string; lock: number; outboxOf: (client: Client) => Kind }

export const FACTS_OUTBOX: OutboxTable<FactsOutbox> = { name: 'outbox', lock: 7_002, outboxOf: factsOutbox }
export const LIVE_OUTBOX: OutboxTable<LiveOutbox> = { name: 'live_outbox', lock: 7_003, outboxOf: liveOutbox }

/** A session that does not end in this time is left to the server's own timeout. */
const CLOSE_MS = 2_000

/** So many rows are changed by one statement, each well within the session's deadline. */
const AT_ONCE = 10_000

/** One session that may become the context's active relay of one outbox. */
export type RelaySession<Kind extends Outbox> = {
  outbox: Kind
  /** Whether this session is (now) the only one that relays it for this context. */
  lead(): Promise<boolean>
  /** Resolves when something was put into it, on the signal, or after `timeoutMs`; rejects when the session has ended. */
  wake(timeoutMs: number, signal: AbortSignal): Promise<void>
  /** Never rejects, and waits for no database that does not answer. */
  close(): Promise<void>
}

/**
 * Opens a session on the context's database for the relay; throws where it can't be reached. Silent for `frozenMs`, it is
 * ended by the server, so that its lock goes to a living one.
 */
export async function relaySession<Kind extends Outbox>(
  url: string,
  { name, lock, outboxOf }: OutboxTable<Kind>,
  frozenMs: number,
): Promise<RelaySession<Kind>> {
  const client = new Client({
    connectionString: sessionUrl(url, { idle_session_timeout: frozenMs }),
    connectionTimeoutMillis: 5_000,
    query_timeout: 15_000,
    application_name: 'relay',
    keepAlive: true,
  })
  let ended: Error | null = null
  let bell = new AbortController()
  const end = (error?: Error) => {
    ended ??= error ?? new Error('The database ended the session.')
    bell.abort()
  }
  client.on('notification', () => bell.abort())
  client.on('error', end)
  client.on('end', () => end())
  const close = () => Promise.race([client.end().catch(() => {}), delay(CLOSE_MS, undefined, { ref: false })])
  try {
    await client.connect()
    await client.query(`listen ${name}`)
  } catch (error) {
    await close()
    throw error
  }

  return {
    outbox: outboxOf(client),
    lead: async () => {
      const { rows } = await client.query('select pg_try_advisory_lock($1) as mine', [lock])
      return rows[0].mine
    },
    wake: async (timeoutMs, signal) => {
      await delay(timeoutMs, undefined, { signal: AbortSignal.any([bell.signal, signal]) }).catch(() => {})
      bell = new AbortController()
      if (ended) throw ended
    },
    close,
  }
}

async function oldest(client: Client, from: string, limit: number): Promise<Unpublished[]> {
  const select = `select position, id, subject, key, message from ${from} order by position limit $1`
  const { rows } = await client.query(select, [limit])
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

/** What is shown goes once it is published, and LIVE is bounded: of all that was, one row says where the newest stands. */
function liveOutbox(client: Client): LiveOutbox {
  return {
    unpublished: (limit) => oldest(client, 'live_outbox', limit),
    mark: async (places) => {
      const { created, sequence, id } = places.map(({ place }) => place).reduce(newer)
      await client.query(
        `with published as (delete from live_outbox where position = any($1::bigint[]))
         insert into live_place (created, sequence, id) values ($2, $3, $4)
         on conflict (one) do update set created = excluded.created, sequence = excluded.sequence, id = excluded.id
         where live_place.created <> excluded.created or live_place.sequence < excluded.sequence`,
        [places.map(({ position }) => position), created, sequence, id],
      )
    },
    place: async () => {
      const { rows } = await client.query('select created, sequence, id from live_place')
      return rows[0] ? { ...rows[0], sequence: Number(rows[0].sequence) } : null
    },
    begin: async ({ created, sequence, id }) => {
      await client.query(
        `insert into live_place (created, sequence, id) values ($1, $2, $3)
         on conflict (one) do update set created = excluded.created, sequence = excluded.sequence, id = excluded.id`,
        [created, sequence, id],
      )
    },
  }
}

const newer = (one: Place, other: Place) => (other.sequence > one.sequence ? other : one)

function factsOutbox(client: Client): FactsOutbox {
  return {
    unpublished: (limit) => oldest(client, 'outbox where sequence is null', limit),
    mark: async (places) => {
      await client.query(
        `update outbox set sequence = m.sequence, stream_created = m.created
         from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as m (position, sequence, created)
         where outbox.position = m.position`,
        [
          places.map(({ position }) => position),
          places.map(({ place }) => place.sequence),
          places.map(({ place }) => place.created),
        ],
      )
    },
    newest: async (created, skip) => {
      const { rows } = await client.query(
        `select id, sequence from outbox where stream_created = $1 and sequence > 0
         order by sequence desc offset $2 limit 1`,
        [created, skip],
      )
      return rows[0] ? { id: rows[0].id, sequence: Number(rows[0].sequence) } : null
    },
    forgetLost: async ({ created, firstSequence, lastSequence, holes, isLimited }) => {
      const found = { lost: 0, letGo: 0 }
      // One by one, each as the index `outbox_published` has it: by `or`, or without `is not null`, all rows would be read.
      for (const where of ['stream_created < $1', 'stream_created > $1'])
        found.lost += await change(client, AGAIN, `${where} and sequence is not null`, [created])
      found.lost += await change(client, AGAIN, 'stream_created = $1 and sequence > $2', [created, lastSequence])
      const removed: [which: string, value: unknown][] = [['sequence < $2', firstSequence]]
      for (let from = 0; from < holes.length; from += AT_ONCE)
        removed.push(['sequence = any($2::bigint[])', holes.slice(from, from + AT_ONCE)])
      for (const [which, value] of removed) {
        const here = `stream_created = $1 and ${which}`
        if (isLimited) {
          found.letGo += await change(client, LET_GO, `${here} and sequence > 0 and republished`, [created, value])
          found.lost += await change(client, ONCE_AGAIN, `${here} and sequence > 0`, [created, value])
        } else found.lost += await change(client, AGAIN, here, [created, value])
      }
      return found
    },
  }
}

/** What becomes of a row whose message the stream does not have: see `ChassisTables` and `ChassisRepublished`. */
const AGAIN = 'sequence = null, stream_created = null, republished = false'
const ONCE_AGAIN = 'sequence = null, stream_created = null, republished = true'
const LET_GO = 'sequence = 0'

/** Changes the rows of the outbox for which `where` holds, in statements that are each well within their deadline. */
async function change(client: Client, set: string, where: string, values: unknown[]): Promise<number> {
  // In the order of the index, so that it is used also where PostgreSQL knows nothing of the table yet.
  const some = `select position from outbox where ${where} order by stream_created, sequence limit ${AT_ONCE}`
  const sql = `update outbox set ${set} where position in (${some})`
  for (let changed = 0; ; ) {
    const { rowCount } = await client.query(sql, values)
    changed += rowCount ?? 0
    if ((rowCount ?? 0) < AT_ONCE) return changed
  }
}
