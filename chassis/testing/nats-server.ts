import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareNats } from '../../scripts/launcher/infrastructure/nats.ts'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { until } from './until.ts'

export type NatsServer = Awaited<ReturnType<typeof natsServer>>

/** A NATS server of the test's own, which it may kill, truncate and wipe. */
export async function natsServer() {
  const folder = mkdtempSync(join(tmpdir(), 'flower-nats-'))
  const [data, copy] = [join(folder, 'nats', 'jetstream'), join(folder, 'copy')]
  const prepared = await prepareNats({ folder: join(folder, 'nats'), port: await freePort(), password: 'test' })
  let server: ChildProcess | undefined
  let exited: Promise<unknown> | undefined

  const start = async () => {
    const [program = '', ...args] = prepared.command
    server = spawn(program, args, { env: prepared.env, stdio: 'ignore' })
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
  await start()
  return {
    url: prepared.url,
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
