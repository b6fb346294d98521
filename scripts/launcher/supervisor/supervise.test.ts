import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { until } from '../../../chassis/testing/until.ts'
import { isRunning } from '../bootstrap/lock.mjs'
import { freePort } from '../infrastructure/ports.ts'
import type { ProcessEntry, Spec, Tier } from './spec.ts'
import { createSupervisor, type Supervisor, waitingFor } from './supervise.ts'

let folder: string
let lines: string[]
let supervisor: Supervisor
/** The process that the test has frozen. */
let frozen: number | undefined
const timing = { intervalMs: 20, steadyMs: 10_000, graceMs: 10_000, busyMs: 600_000, hurriedMs: 50 }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-supervise-'))
  lines = []
  frozen = undefined
  const say = (line: string) => lines.push(line)
  supervisor = createSupervisor({ list: join(folder, 'processes.json'), logs: join(folder, 'logs'), say, timing })
})
afterEach(async () => {
  await supervisor.stop()
  rmSync(folder, { recursive: true, force: true })
})

const listed = (): ProcessEntry[] => JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8'))
const entry = (name: string) => listed().find((one) => one.name === name)
const log = (name: string) => readFileSync(join(folder, 'logs', `${name}.log`), 'utf8')

/** Greets whoever connects, and logs the moment it was asked to stop: alive in the way that a frozen one is not. */
const GREETER = `
  require('node:net').createServer((s) => s.end('hello')).listen(Number(process.env.PORT), '127.0.0.1')
  // real time: only to know who was asked first
  const stop = () => { console.log('asked', process.hrtime.bigint()); process.exit(0) }
  process.on('disconnect', stop)
  process.on('SIGTERM', stop)`

/** A process that is known to be frozen is not waited for; whatever else is slow, is. */
function greeted(port: number, isFrozen = false, silentMs = 100): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    if (isFrozen) socket.setTimeout(silentMs, () => socket.destroy(new Error('silent')))
    socket.once('data', () => resolve()).once('error', reject)
  })
}

async function fake(name: string, program = GREETER, tier: Tier = 'service', own: Partial<Spec> = {}): Promise<Spec> {
  const port = await freePort()
  const check = () => greeted(port, frozen !== undefined && entry(name)?.pid === frozen)
  const command = [process.execPath, '-e', program]
  const env = { PORT: String(port) }
  return { name, replica: 1, port, tier, command, env, health: check, ready: check, stopSignal: 'SIGTERM', ...own }
}

describe('the supervisor', () => {
  it('lists the running processes, and none once all are stopped', async () => {
    const specs = [await fake('order'), await fake('router', GREETER, 'edge')]
    await supervisor.start(specs)
    expect(listed()).toMatchObject(specs.map(({ name, port }) => ({ name, replica: 1, port })))
    const running = listed()
    await supervisor.stop()
    expect(listed()).toEqual([])
    for (const { pid, started } of running) expect(isRunning({ pid, started })).toBe(false)
  })

  it.each([
    ['SIGKILL', 'order was ended by SIGKILL; starting it again in 0.2 s.'],
    ['SIGSTOP', 'order did not answer 3 health checks in a row and was ended; starting it again in 0.2 s.'],
  ] as const)('replaces, on its port, what got %s, and says so', async (signal, line) => {
    const spec = await fake('order')
    await supervisor.start([spec])
    const before = entry('order')?.pid ?? 0
    process.kill(before, signal)
    if (signal === 'SIGSTOP') frozen = before
    await until(() => lines.includes('order is back.'))
    expect(lines).toEqual([line, 'order is back.'])
    expect(entry('order')?.pid).not.toBe(before)
    await greeted(spec.port)
  })

  it('waits longer after each failure in a row', async () => {
    // Ready once, then never again.
    let times = 0
    const dying = await fake('order', 'process.exit(1)', 'service', { ready: async () => void times++ })
    await supervisor.start([dying])
    const waits = () => lines.flatMap((line) => line.match(/again in (.+)\./)?.[1] ?? [])
    await until(() => waits().length >= 2)
    expect(waits().slice(0, 2)).toEqual(['0.2 s', '0.4 s'])
  })

  it('gives up a start that can’t succeed, and quotes the program’s last log lines', async () => {
    const wrong = await fake('order', 'console.error("Setting X: missing"); process.exit(78)')
    await expect(supervisor.start([await fake('item'), wrong])).rejects.toThrow(
      /order did not start: it ended with exit code 78\.\nSetting X: missing/,
    )
    const missing = await fake('store', '', 'service', { command: ['/nowhere/program'] })
    await expect(supervisor.start([missing])).rejects.toThrow(/store can not be started.*\/nowhere\/program/)
  })

  it('stops the edge before the services, and those before the data', async () => {
    const tiers = ['data', 'service', 'edge'] as const
    await supervisor.start(await Promise.all(tiers.map((tier) => fake(tier, GREETER, tier))))
    await supervisor.stop()
    const asked = tiers.map((tier) => BigInt(log(tier).match(/asked (\d+)/)?.[1] ?? 0))
    expect(asked.toSorted((one, other) => (one < other ? 1 : -1))).toEqual(asked)
    expect(asked).not.toContain(0n)
  })

  it('does not replace a process that is busy, but one that is frozen after that', async () => {
    // real time: it is busy until the test has seen enough failed checks
    const busy = GREETER.replace('const stop', `process.once('SIGUSR2', () => { for (;;); }); const stop`)
    let failed = 0
    const order = await fake('order', busy)
    const health = () =>
      greeted(order.port, true, 1_000).catch((error) => {
        failed++
        throw error
      })
    await supervisor.start([{ ...order, health }])
    const before = entry('order')?.pid ?? 0
    process.kill(before, 'SIGUSR2')
    await until(() => failed >= 5)
    expect(entry('order')?.pid).toBe(before)
    expect(lines.filter((line) => line.includes('health checks'))).toEqual([])
    process.kill(before, 'SIGSTOP')
    await until(() => entry('order') && entry('order')?.pid !== before)
    expect(lines.join()).toContain('did not answer 3 health checks in a row')
  })

  it('stops a frozen process', async () => {
    await supervisor.start([await fake('order')])
    const { pid = 0, started } = entry('order') ?? {}
    process.kill(pid, 'SIGSTOP')
    await supervisor.stop()
    expect(log('order')).toMatch(/asked/)
    expect(isRunning({ pid, started })).toBe(false)
  })

  it('kills sooner when it is hurried', async () => {
    await supervisor.start([await fake('order', `${GREETER}; process.removeAllListeners().on('SIGTERM', () => {})`)])
    const { pid = 0, started } = entry('order') ?? {}
    const stopping = supervisor.stop()
    supervisor.hurry()
    await stopping
    expect(isRunning({ pid, started })).toBe(false)
  })
})

describe('a process that serves sockets of the supervisor', () => {
  /** Answers with `answer` on the handed socket; and on `health`, the last one, that it is ready. Without `answer` it never is. */
  const server = (answer: string) => `
    const http = require('node:http')
    const last = 2 + Number(process.env.LISTEN_FDS)
    // real time: so that requests are under way when it is told to stop
    const server = http.createServer((request, response) => setTimeout(() => response.end('${answer}'), 5)).listen({ fd: 3 })
    ${answer && "require('node:net').createServer((s) => s.end('hello')).listen({ fd: last })"}
    process.on('SIGTERM', () => server.close(() => process.exit(0)))
    process.on('disconnect', () => process.exit(0))`

  async function serving(answer: string): Promise<Spec> {
    const spec = await fake('order', server(answer))
    const check = (port: number) => greeted(port)
    return { ...spec, sockets: [{ name: 'http', port: spec.port }], health: check, ready: check }
  }
  const ask = (port: number) =>
    fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } }).then((response) => response.text())

  it('is replaced without a request refused or lost', async () => {
    const spec = await serving('0')
    await supervisor.start([spec])
    const answers: string[] = []
    let isOver = false
    const clients = Array.from({ length: 4 }, async () => {
      while (!isOver) answers.push(await ask(spec.port))
    })
    for (const answer of ['1', '2', '3']) {
      const { left } = await supervisor.replace({ ...spec, command: [process.execPath, '-e', server(answer)] })
      await until(() => answers.includes(answer))
      await left
    }
    isOver = true
    await Promise.all(clients) // Throws if a request has failed.
    expect(listed()).toHaveLength(1)
    expect(lines).toEqual([])
  })

  it('goes on if the one that is to replace it never becomes ready', async () => {
    const spec = await serving('old')
    await supervisor.start([spec])
    const before = entry('order')?.pid
    const broken = { ...spec, command: [process.execPath, '-e', 'console.error("a bug"); process.exit(1)'] }
    await expect(supervisor.replace(broken)).rejects.toThrow(
      /order did not start: it ended with exit code 1\.\na bug\n/,
    )
    expect(await ask(spec.port)).toBe('old')
    expect(listed().map(({ pid }) => pid)).toEqual([before])
    process.kill(before ?? 0, 'SIGKILL')
    await until(() => lines.includes('order is back.'))
    expect(await ask(spec.port)).toBe('old')
  })

  it('dies: who connects meanwhile waits, and is answered by the next one', async () => {
    const spec = await serving('back')
    await supervisor.start([spec])
    process.kill(entry('order')?.pid ?? 0, 'SIGKILL')
    await until(() => listed().length === 0)
    expect(await ask(spec.port)).toBe('back')
  })

  it('dies while it is being replaced: the new one takes over', async () => {
    const spec = await serving('old')
    await supervisor.start([spec])
    const replacing = supervisor.replace({ ...spec, command: [process.execPath, '-e', server('new')] })
    process.kill(entry('order')?.pid ?? 0, 'SIGKILL')
    await replacing
    await until(async () => (await ask(spec.port)) === 'new')
    await until(() => listed().length === 1)
    process.kill(entry('order')?.pid ?? 0, 'SIGKILL')
    await until(() => lines.at(-1) === 'order is back.')
    expect(await ask(spec.port)).toBe('new')
  })

  it('is replaced by the latest code, if that changes again while it is being replaced', async () => {
    const spec = await serving('old')
    await supervisor.start([spec])
    const first = supervisor.replace({ ...spec, command: [process.execPath, '-e', server('')] })
    await until(() => listed().length === 2)
    const second = supervisor.replace({ ...spec, command: [process.execPath, '-e', server('latest')] })
    await expect(first).rejects.toThrow('order did not start: another is started instead.')
    await second
    await until(async () => (await ask(spec.port)) === 'latest')
  })

  it('is stopped, with the one that is to replace it', async () => {
    const spec = await serving('old')
    await supervisor.start([spec])
    const replacing = supervisor.replace({ ...spec, command: [process.execPath, '-e', server('')] })
    await until(() => listed().length === 2)
    const both = listed()
    const stopping = supervisor.stop()
    await expect(replacing).rejects.toThrow(/order did not start/)
    await stopping
    expect(both.filter(({ pid, started }) => isRunning({ pid, started }))).toEqual([])
    await expect(ask(spec.port)).rejects.toThrow()
  })
})

it('reports what is waited for, and why', () => {
  const missing = (label: string, why?: string) => ({ label, missing: why })
  const some = [
    missing('account', 'starting'),
    missing('item'),
    missing('store', 'database: away'),
    missing('order', 'starting'),
  ]
  expect(waitingFor(some)).toBe('account, order (starting), store (database: away)')
})
