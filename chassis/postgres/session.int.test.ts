import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import { migratedDatabase } from '../../proofs/testing/database.ts'
import { newId } from '../ids.ts'
import { ThingRow, thingSchema } from '../testing/thing-row.ts'
import type { Thing } from '../testing/transactions-suite.ts'
import { openDatabase } from './database.ts'
import { FACTS_OUTBOX, openRelaySession } from './outbox.ts'
import { sessionOptions } from './session.ts'
import { postgresTable, postgresTransactions } from './transactions.ts'

/** What an operator, or another program's installer, may have set for the whole database. */
const ALTERED = {
  datestyle: 'SQL, DMY',
  timezone: 'Asia/Seoul',
  intervalstyle: 'iso_8601',
  extra_float_digits: '-10',
  bytea_output: 'escape',
  xmlbinary: 'hex',
  standard_conforming_strings: 'off',
  backslash_quote: 'on',
  array_nulls: 'off',
  transform_null_equals: 'on',
  client_encoding: 'LATIN1',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  exit_on_error: 'on',
  lock_timeout: '1ms',
  statement_timeout: '1ms',
  idle_session_timeout: '1ms',
  idle_in_transaction_session_timeout: '1ms',
  client_min_messages: 'debug1',
}

let database: Awaited<ReturnType<typeof migratedDatabase>>
let orm: MikroORM

beforeAll(async () => {
  database = await migratedDatabase('chassis', thingSchema)
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  const name = client.escapeIdentifier(new URL(database.url).pathname.slice(1))
  for (const [setting, value] of Object.entries(ALTERED))
    await client.query(`alter database ${name} set ${setting} = ${client.escapeLiteral(value)}`)
  await client.end()
  orm = await openDatabase(database.url, thingSchema)
})
afterAll(async () => {
  await orm?.close(true)
  await database.drop()
})

describe('on a database with unusual settings', () => {
  const at = new Date('2026-03-04T05:06:07.089Z')

  it('times, numbers, bytes, texts and nulls are the same', async () => {
    const [row] = await orm.em.fork().execute(
      String.raw`select ?::timestamptz as at, ?::date as day, 0.1::float8 + 0.2 as sum, '\x00ff'::bytea as bytes,
        'a\nb' as text, '{null}'::text[] as nulls, null = null as unknown, '1 day 2 hours'::interval::text as span, '꽃' as flower`,
      [at.toISOString(), '2026-03-04'],
    )
    expect(row).toEqual({
      ...{
        at: '2026-03-04 05:06:07.089+00',
        sum: 0.1 + 0.2,
        bytes: Buffer.from([0, 255]),
        text: String.raw`a\nb`,
        nulls: [null],
        unknown: null,
      },
      ...{ day: '2026-03-04', span: '1 day 02:00:00', flower: '꽃' },
    })
  })

  it('a transaction keeps and finds the same row, waits for a lock, and loses no race', async () => {
    const stamp = () => ({ id: newId(), key: 'k', subject: 's', message: {} })
    const transact = postgresTransactions(orm, stamp, (em) => ({ things: postgresTable<Thing>(em, ThingRow) }))
    const thing: Thing = { id: newId(), name: String.raw`it's \ 꽃`, count: 0, at, note: null, parts: [] }
    await transact('made', async (tx) => tx.things.save(thing))
    const increment = () =>
      transact('counted', async (tx) => {
        for (const row of await tx.things.lock([thing.id])) tx.things.save({ ...row, count: row.count + 1 })
      })
    await Promise.all(Array.from({ length: 8 }, increment))
    expect(await transact('read', (tx) => tx.things.find(thing.id))).toEqual({ ...thing, count: 8 })
  })

  it('the relay’s session reads and writes locations correctly', async () => {
    const session = await openRelaySession(database.url, FACTS_OUTBOX, 60_000)
    const id = newId()
    await orm.em.fork().execute("insert into outbox (id, subject, key, message) values (?, 's', 'k', '{}')", [id])
    const created = '2026-03-04T05:06:07.123456789Z'
    const [message] = await session.outbox.unpublished(1)
    await session.outbox.mark([{ position: message?.position ?? 0, location: { id, sequence: 1, created } }])
    expect(await session.outbox.newest(created, 0)).toEqual({ id, subject: 's', sequence: 1 })
    const content = { created, firstSequence: 1, lastSequence: 1, deletedSequences: [], isLimited: false }
    expect(await session.outbox.requeueLost(content)).toEqual({ lost: 0, withheld: 0 })
    await session.close()
  })
})

describe('a session', () => {
  it('begins with no setting that PostgreSQL 14 to 16 would refuse', () => {
    expect(sessionOptions()).not.toContain(' transaction_timeout=')
  })
})
