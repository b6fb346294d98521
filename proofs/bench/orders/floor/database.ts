import { createHash } from 'node:crypto'
import pg from 'pg'

/** Sends one statement; its text is parsed once a connection. The caller knows the columns. */
// biome-ignore lint/suspicious/noExplicitAny: the columns are those of the statement beside the call
export type Run = (sql: string, values?: unknown[]) => Promise<any[]>

export type Database = {
  /** Runs `work` in a transaction, and again if another one was first. */
  transact<Result>(work: (run: Run) => Promise<Result>): Promise<Result>
  /** A session of its own, for a relay. */
  session(): Promise<pg.Client>
}

/** Another transaction has changed or inserted the row first. */
class LostRace extends Error {}

/** As many connections as a process of a context has. */
const CONNECTIONS = 10

export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
  const once = async <Result>(work: (run: Run) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect()
    const run: Run = async (sql, values = []) => (await client.query({ name: nameOf(sql), text: sql, values })).rows
    try {
      await client.query('begin')
      const result = await work(run)
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  }
  return {
    transact: async (work) => {
      for (;;) {
        try {
          return await once(work)
        } catch (error) {
          if (!(error instanceof LostRace)) throw error
        }
      }
    },
    session: async () => {
      const client = new pg.Client(url)
      await client.connect()
      return client
    },
  }
}

/** Throws if a statement that has to change one row changed none. */
export function mustChange(rows: unknown[]): void {
  if (rows.length === 0) throw new LostRace()
}

const names = new Map<string, string>()

/** The name of the prepared statement. */
function nameOf(sql: string): string {
  let name = names.get(sql)
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, 20)
    names.set(sql, name)
  }
  return name
}
