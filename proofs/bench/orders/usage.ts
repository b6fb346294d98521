import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { connectNats } from '../../../chassis/nats/connection.ts'
import { secretsIn } from '../../../scripts/launcher/infrastructure/secrets.ts'
import type { Stack } from '../../testing/stack.ts'
import { rssBytes } from '../processes.ts'

/** What the system has used so far. CPU in ms by program; sizes in bytes. */
export type Usage = {
  cpuMs: Record<string, number>
  rssBytes: Record<string, number>
  /** Bytes of write-ahead log, and commits of the contexts' databases. */
  walBytes: number
  commits: number
  /** By context. */
  databaseBytes: Record<string, number>
  facts: { messages: number; bytes: number }
  live: { messages: number; bytes: number }
}

/** Reads from the running stack, as an administrator, what it has used; the same connections serve every reading. */
export async function usageReader(stack: Stack) {
  const processes = await stack.processes()
  const secret = secretsIn(join(stack.dataDir, 'secrets.json'))
  const portOf = (program: string) => processes.find(({ name }) => name === program)?.port ?? 0
  const sql = new pg.Client(`postgres://postgres:${secret('postgres')}@127.0.0.1:${portOf('postgres')}/postgres`)
  await sql.connect()
  const myPage = new pg.Client(
    `postgres://postgres:${secret('postgres')}@127.0.0.1:${portOf('postgres')}/flower_my_page`,
  )
  await myPage.connect()
  const nats = await connectNats(`nats://admin:${secret('nats')}@127.0.0.1:${portOf('nats')}`, 'bench')

  async function sizeOf(stream: string): Promise<Usage['facts']> {
    const { messages, bytes } = (await nats.manager.streams.info(stream)).state
    return { messages, bytes }
  }

  async function read(): Promise<Usage> {
    const { rows } = await sql.query<{ name: string; bytes: string; commits: string }>(
      `SELECT datname AS name, pg_database_size(datname) AS bytes, xact_commit AS commits
       FROM pg_stat_database WHERE datname LIKE 'flower\\_%'`,
    )
    const wal = await sql.query<{ bytes: string }>(`SELECT pg_current_wal_lsn() - '0/0' AS bytes`)
    return {
      cpuMs: Object.fromEntries(processes.map(({ name, pid }) => [name, cpuMsOfTree(pid)])),
      rssBytes: Object.fromEntries(processes.map(({ name, pid }) => [name, rssBytes(pid)])),
      walBytes: Number(wal.rows[0]?.bytes),
      commits: rows.reduce((sum, { commits }) => sum + Number(commits), 0),
      databaseBytes: Object.fromEntries(rows.map(({ name, bytes }) => [name.replace('flower_', ''), Number(bytes)])),
      facts: await sizeOf('FACTS'),
      live: await sizeOf('LIVE'),
    }
  }

  /** How many of the orders have this fact in my-page. Counted in its database: reading as clients do would cost CPU time. */
  async function withFact(fact: string, orderIds: string[]): Promise<number> {
    const { rows } = await myPage.query<{ count: string }>(
      'SELECT count(*) FROM entries WHERE id = ANY($1::uuid[]) AND timeline @> $2::jsonb',
      [orderIds, JSON.stringify([{ fact }])],
    )
    return Number(rows[0]?.count)
  }

  const end = async () => {
    await Promise.all([sql.end(), myPage.end(), nats.end()])
  }
  return { read, withFact, end }
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
