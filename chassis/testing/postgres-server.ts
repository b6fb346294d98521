import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { type PostgresOptions, preparePostgres } from '../../scripts/launcher/infrastructure/postgres.ts'
import { until } from './until.ts'

export type PostgresServer = Awaited<ReturnType<typeof postgresServer>>

/** A PostgreSQL server of the test's own, with these settings of the server's, which it may kill. Its data are in a new folder. */
export async function postgresServer(settings: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'flower-postgres-'))
  chmodSync(folder, 0o711) // root's PostgreSQL may run as another user, who must reach its data
  return run({ folder: join(folder, 'data'), port: await freePort(), password: 'test' }, settings)
}

/**
 * A standby of a server, which streams from it. Made by the server's own functions, since the packaged PostgreSQL has no
 * pg_basebackup.
 */
export async function standbyOf(primary: PostgresServer, settings: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'flower-postgres-'))
  chmodSync(folder, 0o711)
  const data = join(folder, 'data')
  const client = new pg.Client({ connectionString: primary.url })
  await client.connect()
  try {
    await client.query("select pg_create_physical_replication_slot('standby', true)")
    await client.query("select pg_backup_start('standby', true)")
    // The standby streams the log itself, from the slot on.
    const isLeftOut = /^(postmaster\.(pid|opts)|pg_wal\/.+|pg_replslot\/.+)$/
    cpSync(primary.folder, data, {
      recursive: true,
      filter: (path) => !isLeftOut.test(path.slice(primary.folder.length + 1)),
    })
    const { rows } = await client.query('select labelfile from pg_backup_stop(false)')
    writeFileSync(join(data, 'backup_label'), rows[0].labelfile)
    writeFileSync(join(data, 'standby.signal'), '')
    chmodSync(data, 0o700)
  } finally {
    await client.end()
  }
  const { hostname, port, username, password } = new URL(primary.url)
  const server = await run(
    { folder: data, port: await freePort(), password: 'test' },
    {
      primary_conninfo: `host=${hostname} port=${port} user=${username} password=${password} application_name=standby`,
      primary_slot_name: 'standby',
      ...settings,
    },
  )
  return { ...server, promote: () => server.query('select pg_promote()') }
}

async function run(options: PostgresOptions, settings: Record<string, string>) {
  const prepared = await preparePostgres(options)
  const [program = '', ...args] = [
    ...prepared.command,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const server: ChildProcess = spawn(program, args, { env: prepared.env, uid: prepared.user, stdio: 'ignore' })
  const exited = new Promise((resolve) => server.once('exit', resolve))
  await until(async () => {
    await prepared.ready()
    return true
  })
  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: prepared.url })
    client.on('error', () => {}) // The failing call rejects.
    await client.connect()
    return client.query(sql).finally(() => client.end())
  }
  const kill = async () => {
    server.kill('SIGKILL')
    await exited
  }
  return {
    /** The administrator's URL. */
    url: prepared.url,
    folder: options.folder,
    query,
    kill,
    end: async () => {
      server.kill('SIGQUIT')
      await exited
      rmSync(dirname(options.folder), { recursive: true })
    },
  }
}
