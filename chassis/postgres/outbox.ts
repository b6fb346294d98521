import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { FactsOutbox, LiveOutbox, Outbox, OutboxMessage, StreamLocation } from '../relay.ts'
import { STATEMENT_TIMEOUT_MS, sessionUrl } from './session.ts'

/**
 * A table of messages to publish. Each has a relay, a leader and a NOTIFY channel of its own, so that a failing stream does
 * not delay the other outbox. `lock` is the key of the advisory lock that the leader holds, unique in this database.
 */
export type OutboxTable<Kind extends Outbox> = { name: string; lock: number; outboxOf: (client: Client) => Kind }

export const FACTS_OUTBOX: OutboxTable<FactsOutbox> = { name: 'outbox', lock: 7_002, outboxOf: factsOutbox }
export const LIVE_OUTBOX: OutboxTable<LiveOutbox> = { name: 'live_outbox', lock: 7_003, outboxOf: liveOutbox }

/** A session that does not end in this time is left to the server's timeout. */
const CLOSE_MS = 2_000

/** Rows changed by one statement, which then stays well within the query timeout. */
const MAX_ROWS = 10_000

/** A database session that may become the context's leading relay of one outbox. */
export type RelaySession<Kind extends Outbox> = {
  outbox: Kind
  /** Tries to become the leader; returns whether this session is now the only one that relays the outbox. */
  tryToLead(): Promise<boolean>
  /** Resolves when a message was added, on the signal, or after `timeoutMs`; rejects when the session has ended. */
  waitForMessages(timeoutMs: number, signal: AbortSignal): Promise<void>
  /** Never rejects; gives up after two seconds if the database does not answer. */
  close(): Promise<void>
}

/**
 * Opens a relay's session on the context's database; throws if it can't be reached. The server ends a session that sent nothing
 * for `frozenMs`, so that a frozen relay loses its lock to another replica.
 */
export async function openRelaySession<Kind extends Outbox>(
  url: string,
  { name, lock, outboxOf }: OutboxTable<Kind>,
  frozenMs: number,
): Promise<RelaySession<Kind>> {
  const client = new Client({
    connectionString: sessionUrl(url, { idle_session_timeout: frozenMs, statement_timeout: STATEMENT_TIMEOUT_MS }),
    connectionTimeoutMillis: 5_000,
    query_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'relay',
    keepAlive: true,
  })
  let ended: Error | null = null
  let notified = new AbortController()
  const end = (error?: Error) => {
    ended ??= error ?? new Error('The database ended the session.')
    notified.abort()
  }
  client.on('notification', () => notified.abort())
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
    tryToLead: async () => {
      const { rows } = await client.query('select pg_try_advisory_lock($1) as is_leader', [lock])
      return rows[0].is_leader
    },
    waitForMessages: async (timeoutMs, signal) => {
      await delay(timeoutMs, undefined, { signal: AbortSignal.any([notified.signal, signal]) }).catch(() => {})
      notified = new AbortController()
      if (ended) throw ended
    },
    close,
  }
}

async function oldest(client: Client, from: string, limit: number): Promise<OutboxMessage[]> {
  const select = `select position, id, subject, key, message from ${from} order by position limit $1`
  const { rows } = await client.query(select, [limit])
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

/** Live states are deleted once they are published. One row, in live_place, keeps the location of the newest of them. */
function liveOutbox(client: Client): LiveOutbox {
  return {
    unpublished: (limit) => oldest(client, 'live_outbox', limit),
    mark: async (published) => {
      const { created, sequence, id } = published.map(({ location }) => location).reduce(newer)
      await client.query(
        `with published as (delete from live_outbox where position = any($1::bigint[]))
         insert into live_place (created, sequence, id) values ($2, $3, $4)
         on conflict (one) do update set created = excluded.created, sequence = excluded.sequence, id = excluded.id
         where live_place.created <> excluded.created or live_place.sequence < excluded.sequence`,
        [published.map(({ position }) => position), created, sequence, id],
      )
    },
    newestLocation: async () => {
      const { rows } = await client.query('select created, sequence, id from live_place')
      return rows[0] ? { ...rows[0], sequence: Number(rows[0].sequence) } : null
    },
    setNewestLocation: async ({ created, sequence, id }) => {
      await client.query(
        `insert into live_place (created, sequence, id) values ($1, $2, $3)
         on conflict (one) do update set created = excluded.created, sequence = excluded.sequence, id = excluded.id`,
        [created, sequence, id],
      )
    },
  }
}

const newer = (one: StreamLocation, other: StreamLocation) => (other.sequence > one.sequence ? other : one)

function factsOutbox(client: Client): FactsOutbox {
  return {
    unpublished: (limit) => oldest(client, 'outbox where sequence is null', limit),
    mark: async (published) => {
      await client.query(
        `update outbox set sequence = m.sequence, stream_created = m.created
         from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as m (position, sequence, created)
         where outbox.position = m.position`,
        [
          published.map(({ position }) => position),
          published.map(({ location }) => location.sequence),
          published.map(({ location }) => location.created),
        ],
      )
    },
    newest: async (created, skip) => {
      const { rows } = await client.query(
        `select id, subject, sequence from outbox where stream_created = $1 and sequence > 0
         order by sequence desc offset $2 limit 1`,
        [created, skip],
      )
      return rows[0] ? { ...rows[0], sequence: Number(rows[0].sequence) } : null
    },
    requeueLost: async ({ created, firstSequence, lastSequence, deletedSequences, isLimited }) => {
      const found = { lost: 0, withheld: 0 }
      // One query for each condition, so that each uses the index `outbox_published`: with `or`, or without `is not null`,
      // PostgreSQL would read all rows.
      for (const where of ['stream_created < $1', 'stream_created > $1'])
        found.lost += await change(client, UNPUBLISHED, `${where} and sequence is not null`, [created])
      found.lost += await change(client, UNPUBLISHED, 'stream_created = $1 and sequence > $2', [created, lastSequence])
      const missing: [which: string, value: unknown][] = [['sequence < $2', firstSequence]]
      for (let from = 0; from < deletedSequences.length; from += MAX_ROWS)
        missing.push(['sequence = any($2::bigint[])', deletedSequences.slice(from, from + MAX_ROWS)])
      for (const [which, value] of missing) {
        const condition = `stream_created = $1 and ${which}`
        if (isLimited) {
          found.withheld += await change(client, WITHHOLD, `${condition} and sequence > 0 and republished`, [
            created,
            value,
          ])
          found.lost += await change(client, REPUBLISHED, `${condition} and sequence > 0`, [created, value])
        } else found.lost += await change(client, UNPUBLISHED, condition, [created, value])
      }
      return found
    },
  }
}

/** The updates of a row whose message the stream does not have: see `ChassisTables` and `ChassisRepublished`. */
const UNPUBLISHED = 'sequence = null, stream_created = null, republished = false'
const REPUBLISHED = 'sequence = null, stream_created = null, republished = true'
const WITHHOLD = 'sequence = 0'

/** Updates the rows of the outbox that match `where`, at most MAX_ROWS per statement; returns their number. */
async function change(client: Client, set: string, where: string, values: unknown[]): Promise<number> {
  // Sorted as the index is, so that PostgreSQL uses it even before it has statistics of the table.
  const batch = `select position from outbox where ${where} order by stream_created, sequence limit ${MAX_ROWS}`
  const sql = `update outbox set ${set} where position in (${batch})`
  for (let changed = 0; ; ) {
    const { rowCount } = await client.query(sql, values)
    changed += rowCount ?? 0
    if ((rowCount ?? 0) < MAX_ROWS) return changed
  }
}
