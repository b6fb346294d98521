import { Client } from 'pg'
import type { Outbox } from '../relay.ts'

/** Any number no other lock of this database takes. */
const RELAYING = 7_002

/** A frozen relay's session is ended by the server after this, so that its lock goes to a living one. */
const IDLE_TIMEOUT_MS = 10_000

/** One session that may become the context's active relay. */
export type RelaySession = {
  outbox: Outbox
  /** Whether this session is (now) the only one that relays for this context. */
  lead(): Promise<boolean>
  /** Resolves when something was said, or after `timeoutMs`; rejects when the session has ended. */
  wake(timeoutMs: number): Promise<void>
  close(): Promise<void>
}

/** Opens a session on the context's database for the relay; throws where it can't be reached. */
export async function relaySession(url: string): Promise<RelaySession> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 15_000,
    application_name: 'relay',
    keepAlive: true,
  })
  let ended: Error | null = null
  let said = false
  let wakeUp: (() => void) | null = null
  const notice = () => {
    said = true
    wakeUp?.()
  }
  client.on('notification', notice)
  const end = (error?: Error) => {
    ended ??= error ?? new Error('The database ended the session.')
    wakeUp?.()
  }
  client.on('error', end)
  client.on('end', () => end())
  await client.connect()
  await client.query(`set idle_session_timeout = ${IDLE_TIMEOUT_MS}`)
  await client.query('listen outbox')

  return {
    outbox: outboxOf(client),
    lead: async () => {
      const { rows } = await client.query('select pg_try_advisory_lock($1) as mine', [RELAYING])
      return rows[0].mine
    },
    wake: async (timeoutMs) => {
      if (!said && !ended) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs)
          wakeUp = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      wakeUp = null
      said = false
      if (ended) throw ended
    },
    close: () => client.end(),
  }
}

function outboxOf(client: Client): Outbox {
  return {
    unpublished: async (limit) => {
      const { rows } = await client.query(
        'select position, id, subject, key, message from outbox where sequence is null order by position limit $1',
        [limit],
      )
      return rows.map((row) => ({ ...row, position: Number(row.position) }))
    },
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
    forgetLost: async ({ created, lastSequence }) => {
      const { rowCount } = await client.query(
        `update outbox set sequence = null, stream_created = null
         where stream_created < $1 or stream_created > $1 or (stream_created = $1 and sequence > $2)`,
        [created, lastSequence],
      )
      return rowCount ?? 0
    },
  }
}
