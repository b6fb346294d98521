import type { MikroORM } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import type { Registry } from 'prom-client'
import { timeOf } from '../ids.ts'
import { countSql } from '../postgres/reads.ts'
import { watch } from './registry.ts'
import { type Gauges, type Sample, sampled } from './samples.ts'

const EVERY_MS = 5_000
/** No more rows are counted, so that a scrape costs the same whatever has happened. */
const MOST = 10_000

const GAUGES = {
  service_outbox_messages: {
    help: `Messages of the outbox that are not published yet, counted up to ${MOST}. The same at every replica`,
    labels: ['outbox'],
  },
  service_outbox_oldest_seconds: {
    help: 'The age of the oldest of them, from when it was recorded; 0 if there is none. The same at every replica',
    labels: ['outbox'],
  },
  service_parked_facts: {
    help: `Facts in the table parked, counted up to ${MOST}. The same at every replica`,
  },
} satisfies Gauges

const count = (rows: string) => countSql(rows, MOST)
const oldest = (rows: string) => `(select id from ${rows} order by position limit 1)`
const FACTS = 'outbox where sequence is null'
const SQL = `select ${count(FACTS)} as facts, ${oldest(FACTS)} as oldest_fact, ${count('live_outbox')} as live,
  ${oldest('live_outbox')} as oldest_live, ${count('parked')} as parked`
type Row = { facts: number; oldest_fact: string | null; live: number; oldest_live: string | null; parked: number }

/** What waits in a context's database. A fact that NATS has lost waits again, and keeps the age that it has. */
export function watchDatabase(registry: Registry, orm: MikroORM): void {
  const age = (id: string | null) => (id ? Math.max(0, (Date.now() - timeOf(id)) / 1_000) : 0)
  const read = async (): Promise<Sample<keyof typeof GAUGES>[]> => {
    const [row] = await orm.em.fork().execute<Row[]>(SQL)
    if (!row) throw new Error('A select without a table has one row.')
    const [facts, live] = [{ outbox: 'facts' }, { outbox: 'live' }]
    return [
      { name: 'service_outbox_messages', labels: facts, value: row.facts },
      { name: 'service_outbox_messages', labels: live, value: row.live },
      { name: 'service_outbox_oldest_seconds', labels: facts, value: age(row.oldest_fact) },
      { name: 'service_outbox_oldest_seconds', labels: live, value: age(row.oldest_live) },
      { name: 'service_parked_facts', value: row.parked },
    ]
  }
  const up = { name: 'service_database_up', help: '1 if the database answered this process, 0 if not' }
  sampled(registry, GAUGES, read, { everyMs: EVERY_MS, up })
}

/** The connections of the process's pool. */
export function watchPool(registry: Registry, pool: Pool): void {
  const gauge = (name: string, help: string, value: () => number) =>
    watch(registry, `service_pool_${name}`, help, value)
  gauge('connections', 'Connections to the database, in use or idle', () => pool.totalCount)
  gauge('connections_in_use', 'Connections that a query or transaction has', () => pool.totalCount - pool.idleCount)
  gauge('connections_max', 'The most that there may be', () => pool.options.max)
  gauge('waiting', 'Queries and transactions that wait for a connection', () => pool.waitingCount)
}
