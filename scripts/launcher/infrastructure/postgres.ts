import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { UserError } from '../../user-error.ts'
import type { Launch } from './launch.ts'
import { stopLeftOver } from './left-over.ts'
import { env, runnableBinaries } from './postgres-programs.ts'
import { endWithParent, giveTo, type PlainUser, plainUser } from './user.ts'

const WRONG_PASSWORD = '28P01'
const run = promisify(execFile)
const ADMINISTRATOR = 'postgres'

/**
 * Settings of every server that we start: its log tells what failed, but not by which statement and with which values, since these
 * are people's names and addresses.
 */
export const LOGS_WITHOUT_VALUES = { log_min_error_statement: 'panic', log_error_verbosity: 'terse' }

export type PostgresOptions = {
  /** The data folder, created at the first start. Its parent must exist. */
  folder: string
  port: number
  password: string
  /** The connections that the contexts may have together, if that is known. */
  connections?: number
  /** False only in tests: faster, but a power cut loses all data. */
  durable?: boolean
}

/** Creates the database cluster if there is none; returns how to run it, and the administrator's URL. */
export async function preparePostgres(options: PostgresOptions): Promise<Launch & { url: string }> {
  const folder = resolve(options.folder)
  const as = plainUser()
  const bin = await runnableBinaries(as, dirname(folder))
  if (existsSync(folder)) giveTo(as.owner, folder)
  else await createCluster(bin, as, folder, options)
  checkVersion(folder)

  const url = `postgres://${ADMINISTRATOR}:${options.password}@127.0.0.1:${options.port}/postgres`
  const settings: Record<string, string | number> = {
    port: options.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // Some are the administrator's.
    max_connections: Math.max(200, (options.connections ?? 0) + 20),
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...LOGS_WITHOUT_VALUES,
    ...(options.durable === false && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return {
    url,
    command: [
      ...as.prefix,
      ...endWithParent('INT'),
      join(bin, 'postgres'),
      '-D',
      folder,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env,
    user: as.user,
    prepare: () => stopLeftOver(folder),
    health: () => answers(url),
    ready: () =>
      answers(url).catch((error) => {
        if (error.code !== WRONG_PASSWORD) throw error
        throw new UserError(
          `The data in ${folder} were made with another password than DATA_DIR's secrets.json has now: restore that file, or delete the folder.`,
        )
      }),
    stopSignal: 'SIGINT', // "Fast shutdown" ends sessions; SIGTERM would wait for clients to disconnect.
  }
}

async function createCluster(bin: string, as: PlainUser, folder: string, options: PostgresOptions): Promise<void> {
  // Created under another name and renamed, so that an interrupted start leaves no partial cluster.
  const draft = `${folder}.new`
  const passwordFile = `${folder}.password`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  rmSync(passwordFile, { force: true })
  writeFileSync(passwordFile, options.password, { mode: 0o600 })
  try {
    giveTo(as.owner, draft)
    giveTo(as.owner, passwordFile)
    const [file = '', ...args] = [
      ...as.prefix,
      join(bin, 'initdb'),
      ...['-D', draft, '-U', ADMINISTRATOR, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...(options.durable === false ? ['--no-sync'] : []),
    ]
    await run(file, args, { env, uid: as.user, gid: as.user, timeout: 60_000 })
    chmodSync(draft, 0o700)
    renameSync(draft, folder)
  } catch (error) {
    const output = (error as { stderr?: string }).stderr?.trim().split('\n').slice(-3).join(' ')
    throw new UserError(`PostgreSQL's data could not be made in ${folder}: ${output || String(error)}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function checkVersion(folder: string): void {
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version === '18') return
  throw new UserError(
    `${folder} was made by PostgreSQL ${version}, this is 18: move the data over, or choose another DATA_DIR.`,
  )
}

async function answers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 2_000 })
  client.on('error', () => {}) // The failing call rejects.
  try {
    await client.connect()
    await client.query('SELECT 1')
  } finally {
    // Not awaited: a frozen server would not close the connection.
    client.end().catch(() => {})
  }
}
