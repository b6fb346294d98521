import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { connectNats } from '../../../chassis/nats/connection.ts'
import { rssBytes } from '../processes.ts'

/** CPU time in ms by program. */
export type CpuMs = Record<string, number>

/** What was stored so far. Transactions and write-ahead log are the whole server's. */
export type Stored = {
  'bytes of write-ahead log': number
  /** With those that were undone. */
  'transactions that write': number
  facts: number
  'bytes of FACTS': number
  'live messages': number
  'bytes of LIVE': number
  /** Of each database, by context. */
  [bytesOf: string]: number
}

export type Usage = {
  cpuMs(): CpuMs
  rssMiB(): Record<string, number>
  stored(): Promise<Stored>
  /** How many of the orders have this fact in my-page. Counted in its database: reading as clients do would cost CPU time. */
  withFact(fact: string, orderIds: string[]): Promise<number>
  end(): Promise<void>
}

/** Where a contender runs: its programs, and its databases and streams, as an administrator sees them. */
export type Place = {
  programs: { name: string; pid: number }[]
  /** An administrator's URL of a database. */
  databaseUrl(name: string): string
  /** What the names of its databases begin with. */
  prefix: string
  natsUrl: string
  streams: { facts: string; live: string }
}

/** Reads what a contender has used; the same connections serve every reading. */
export async function usageOf({ programs, databaseUrl, prefix, natsUrl, streams }: Place): Promise<Usage> {
  const sql = new pg.Client(databaseUrl('postgres'))
  const myPage = new pg.Client(databaseUrl(`${prefix}my_page`))
  await Promise.all([sql.connect(), myPage.connect()])
  const nats = await connectNats(natsUrl, 'bench')
  const stateOf = async (stream: string) => (await nats.manager.streams.info(stream)).state
  return {
    cpuMs: () => Object.fromEntries(programs.map(({ name, pid }) => [name, cpuMsOfTree(pid)])),
    rssMiB: () => Object.fromEntries(programs.map(({ name, pid }) => [name, Math.round(rssBytes(pid) / 2 ** 20)])),
    stored: async () => {
      const { rows } = await sql.query<{ name: string; bytes: string }>(
        'SELECT datname AS name, pg_database_size(datname) AS bytes FROM pg_database WHERE starts_with(datname, $1)',
        [prefix],
      )
      const server = await sql.query<{ wal: string; transactions: string }>(
        `SELECT pg_current_wal_lsn() - '0/0' AS wal, pg_snapshot_xmax(pg_current_snapshot()) AS transactions`,
      )
      const facts = await stateOf(streams.facts)
      const live = await stateOf(streams.live)
      return {
        facts: facts.messages,
        'bytes of FACTS': facts.bytes,
        'live messages': live.messages,
        'bytes of LIVE': live.bytes,
        'transactions that write': Number(server.rows[0]?.transactions),
        'bytes of write-ahead log': Number(server.rows[0]?.wal),
        ...Object.fromEntries(
          rows.map(({ name, bytes }) => [`bytes of ${name.slice(prefix.length)}'s database`, Number(bytes)]),
        ),
      }
    },
    withFact: async (fact, orderIds) => {
      const { rows } = await myPage.query<{ count: string }>(
        'SELECT count(*) FROM entries WHERE id = ANY($1::uuid[]) AND timeline @> $2::jsonb',
        [orderIds, JSON.stringify([{ fact }])],
      )
      return Number(rows[0]?.count)
    },
    end: async () => {
      await Promise.all([sql.end(), myPage.end(), nats.end()])
    },
  }
}

/** CPU time in ms of a process, its running descendants and those that have ended: PostgreSQL has a process a connection. */
function cpuMsOfTree(root: number): number {
  const children = new Map<number, number[]>()
  const ticks = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = statOf(name)
    if (!fields) continue
    const pid = Number(name)
    const parent = Number(fields[1])
    children.set(parent, [...(children.get(parent) ?? []), pid])
    // proc(5): utime, stime, and those of children that have been waited for.
    ticks.set(
      pid,
      [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0),
    )
  }
  const sum = (pid: number): number =>
    (ticks.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0)
  return sum(root) * 10
}

function statOf(pid: string): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? null
  } catch {
    return null // It has ended meanwhile.
  }
}
