import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareNats } from '../../scripts/launcher/infrastructure/nats.ts'
import type { NatsUser } from '../../scripts/launcher/infrastructure/nats-users.ts'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { until } from './until.ts'

export type NatsServer = Awaited<ReturnType<typeof natsServer>>

/** The lines of a NATS server's log about what it has refused. */
export const violationsIn = (log: string): string[] => log.split('\n').filter((line) => /violation/i.test(line))

/**
 * A NATS server of the test's own, which it may kill, truncate and wipe; for an administrator and these users. `configuration` goes
 * before what `npm start` gives its server.
 */
export async function natsServer(users: NatsUser[] = [], configuration: string[] = []) {
  const server = await prepareServer(users, configuration)
  await server.start()
  return server
}

/** The same, not started yet: servers of a cluster answer only once most of them run. */
export async function prepareServer(users: NatsUser[] = [], configuration: string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'flower-nats-'))
  const [data, copy] = [join(folder, 'nats', 'jetstream'), join(folder, 'copy')]
  const prepared = await prepareNats({
    folder: join(folder, 'nats'),
    port: await freePort(),
    users,
    password: (user) => `test-${user}`,
  })
  appendFileSync(join(folder, 'nats', 'nats.conf'), configuration.join('\n'))
  let printed = ''
  let server: ChildProcess | undefined
  let exited: Promise<unknown> | undefined

  const start = async () => {
    const [program = '', ...args] = prepared.command
    server = spawn(program, args, { env: prepared.env, stdio: ['ignore', 'ignore', 'pipe'] })
    server.stderr?.setEncoding('utf8').on('data', (text) => (printed += text))
    exited = new Promise((resolve) => server?.once('exit', resolve))
    await until(async () => {
      await prepared.ready()
      return true
    })
  }
  const kill = async () => {
    server?.kill('SIGKILL')
    await exited
  }
  return {
    /** The administrator's URL. */
    url: prepared.url,
    urlOf: prepared.urlOf,
    /** The lines of its log about what it has refused. */
    violations: () => violationsIn(printed),
    start,
    kill,
    /** Copies the data of the stopped server. */
    backUp: () => cpSync(data, copy, { recursive: true }),
    /** Restores the copy: everything later is lost, as by a power cut. */
    restore: () => {
      rmSync(data, { recursive: true })
      cpSync(copy, data, { recursive: true })
    },
    wipe: () => rmSync(data, { recursive: true }),
    end: async () => {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}
