import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { writeFileAtomically } from '../../files.ts'
import { UserError } from '../../user-error.ts'
import type { Launch } from './launch.ts'
import { natsProgram } from './nats-program.ts'
import { ADMIN, accounts, type NatsUser, passwordVariable, STREAMS_ACCOUNT } from './nats-users.ts'
import { endWithParent } from './user.ts'

type Options = {
  folder: string
  port: number
  /** Who may connect besides the administrator. */
  users?: NatsUser[]
  password: (user: string) => string
  settings?: { NATS_SERVER_BIN?: string; PATH?: string }
  /** False only in tests: acknowledged messages may not be on disk yet. */
  durable?: boolean
}

/**
 * Writes the server's configuration into `folder`; returns how to run it, its URL with the administrator's name and password, and
 * each user's URL (without name and password for others).
 */
export async function prepareNats(
  options: Options,
): Promise<Launch & { url: string; urlOf: (user: string) => string }> {
  const folder = resolve(options.folder)
  const program = await natsProgram(options.settings ?? process.env)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'nats.conf')
  keepEarlierStreams(join(folder, 'jetstream', 'jetstream'))
  writeFileAtomically(file, configuration({ ...options, folder }), 0o600)
  const server = `127.0.0.1:${options.port}`
  const names = new Set([ADMIN, ...(options.users ?? []).map(({ name }) => name)])
  const urlOf = (user: string) =>
    names.has(user) ? `nats://${user}:${options.password(user)}@${server}` : `nats://${server}`
  const url = urlOf(ADMIN)
  return {
    url,
    urlOf,
    command: [...endWithParent('TERM'), program, '--config', file],
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    health: () => natsAnswers(url),
    ready: () => natsAnswers(url),
    stopSignal: 'SIGTERM',
  }
}

/**
 * The operator's NATS at an administrator's URL: each program is its own user if the environment has a password for each, otherwise
 * all are the URL's user. Throws a UserError if it has some of the passwords only.
 */
export function givenNats(
  url: string,
  users: NatsUser[],
  environment: NodeJS.ProcessEnv,
): { url: string; urlOf: (user: string) => string } {
  const passwords = new Map(users.map(({ name }) => [name, environment[passwordVariable(name)]]))
  const missing = [...passwords].flatMap(([name, password]) => (password ? [] : passwordVariable(name)))
  if (missing.length === users.length) return { url, urlOf: () => url }
  if (missing.length)
    throw new UserError(`Each program needs its own password for NATS. Missing: ${missing.join(', ')}.`)
  const urlOf = (user: string) => {
    const password = passwords.get(user)
    const own = password ? `${user}:${encodeURIComponent(password)}@` : ''
    return url
      .split(',')
      .map((server) => server.replace(/\/\/(.*@)?/, `//${own}`))
      .join(',')
  }
  return { url, urlOf }
}

/** Streams of an earlier version are in the server's default account; no server runs on this folder now. */
function keepEarlierStreams(store: string): void {
  const [earlier, now] = ['$G', STREAMS_ACCOUNT].map((account) => join(store, account)) as [string, string]
  if (existsSync(earlier) && !existsSync(now)) renameSync(earlier, now)
}

/** By default JetStream syncs to disk only every two minutes: `sync_interval: always` does so before it acknowledges. */
function configuration(options: Options): string {
  return [
    `listen: "127.0.0.1:${options.port}"`,
    'server_name: "flower-delivery"',
    accounts(options.users ?? [], (user) => JSON.stringify(options.password(user))),
    'jetstream {',
    `  store_dir: ${JSON.stringify(join(options.folder, 'jetstream'))}`,
    '  max_memory_store: 256MB',
    ...(options.durable === false ? [] : ['  sync_interval: always']),
    '}',
    '',
  ].join('\n')
}

/**
 * Resolves when one of the servers of a NATS_URL sends its INFO (a frozen one only accepts connections) and has JetStream; otherwise
 * throws the first one's error, with its address in `server`.
 */
export async function natsAnswers(urls: string): Promise<void> {
  const servers = urls.split(',').map((url) => new URL(url.trim()))
  const answers = servers.map((url) =>
    serverAnswers(url, 2_000).catch((error: Error) => {
      throw Object.assign(error, { server: url.host })
    }),
  )
  await Promise.any(answers).catch((error: AggregateError) => {
    throw error.errors[0]
  })
}

function serverAnswers({ hostname, port }: URL, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 4222) })
    let greeting = ''
    const finish = (error?: Error) => {
      socket.destroy()
      if (error) reject(error)
      else resolve()
    }
    socket.setTimeout(timeoutMs, () => finish(new Error('does not answer')))
    socket.once('error', finish)
    socket.once('close', () => finish(new Error('closed the connection')))
    socket.setEncoding('utf8').on('data', (data) => {
      greeting += data
      if (!greeting.includes('\r\n') && greeting.length < 10_000) return
      if (!greeting.startsWith('INFO ')) finish(new Error('is not a NATS server'))
      else finish(greeting.includes('"jetstream":true') ? undefined : new Error('has no JetStream'))
    })
  })
}
