import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'

/** A program below an init, as in a container; the program prints its process id and port, and the init ends when it ends. */
const INIT = `
const { spawn } = require('node:child_process')
const child = spawn(process.execPath, ['-e', process.argv[1]], { stdio: 'inherit' })
child.once('exit', () => process.exit())`
const PROGRAM = `
const server = require('node:http').createServer(({ url }, response) => {
  if (url === '/loop') for (;;);
  response.writeHead(url === '/ready' && process.env.MISSING ? 503 : 200).end()
})
server.listen(0, '127.0.0.1', () => console.log(process.pid, server.address().port))`

let folder: string
let record: string
let init: ChildProcess | undefined
let hasEnded = true
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-health-'))
  record = join(folder, 'silence')
})
afterEach(async () => {
  if (init?.pid && !hasEnded) process.kill(-init.pid, 'SIGKILL')
  await until(() => hasEnded)
  rmSync(folder, { recursive: true })
})

type Program = { pid: number; port: number; init: number }

/** Starts the program; resolves once it listens. */
async function start(env: Record<string, string> = {}): Promise<Program> {
  hasEnded = false
  const started = spawn(process.execPath, ['-e', INIT, PROGRAM], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  init = started
  started.once('exit', () => {
    hasEnded = true
  })
  let printed = ''
  started.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const [, pid, port] = await until(() => /^(\d+) (\d+)\n/.exec(printed))
  return { pid: Number(pid), port: Number(port), init: started.pid ?? 0 }
}

/** What the check says of the program, and whether it passes. */
function check({ port, init }: Program): { says: string; passes: boolean } {
  const env = { PATH: process.env.PATH, PORT: String(port) }
  const run = spawnSync(resolve(import.meta.dirname, 'health-check'), [String(init), record], { env, encoding: 'utf8' })
  return { says: run.stdout.trim(), passes: run.status === 0 }
}

/** Lets the recorded silence have begun so many seconds earlier, the program having used no CPU since then but what it really used. */
function earlier(seconds: number): void {
  const [since, ...rest] = readFileSync(record, 'utf8').split(' ')
  writeFileSync(record, [Number(since) - seconds, ...rest].join(' '))
}

describe('the health check of the image', () => {
  it('passes for a program that is ready', async () => {
    expect(check(await start())).toEqual({ says: 'ready', passes: true })
  })

  it('fails for one that is not ready', async () => {
    expect(check(await start({ MISSING: 'database' }))).toEqual({ says: 'not ready', passes: false })
  })

  it('ends a frozen program, and so its container, after twelve seconds', async () => {
    const program = await start()
    process.kill(program.pid, 'SIGSTOP')
    expect(check(program)).toEqual({ says: 'no answer', passes: false })
    expect(check(program)).toMatchObject({ says: expect.stringMatching(/ s$/) })
    earlier(12)
    expect(check(program)).toEqual({ says: expect.stringMatching(/: ended$/), passes: false })
    await until(() => hasEnded)
  })

  it('forgets a silence that has ended', async () => {
    const program = await start()
    process.kill(program.pid, 'SIGSTOP')
    expect(check(program).says).toBe('no answer')
    process.kill(program.pid, 'SIGCONT')
    await until(() => check(program).passes)
    expect(existsSync(record)).toBe(false)
    process.kill(program.pid, 'SIGSTOP')
    expect(check(program).says).toBe('no answer')
  })

  it('does not take a new program for the one that was silent before', async () => {
    writeFileSync(record, `${Math.floor(Date.now() / 1_000) - 100} 0 1@1,\n`)
    const program = await start()
    process.kill(program.pid, 'SIGSTOP')
    expect(check(program).says).toBe('no answer')
  })

  it('leaves a busy program a minute, and then ends it', async () => {
    const program = await start()
    fetch(`http://127.0.0.1:${program.port}/loop`).catch(() => {})
    await until(() => check(program).says.endsWith(' s'))
    const [since = '', , ...rest] = readFileSync(record, 'utf8').split(' ')
    // As if it had used no CPU before its silence: it has used far more than 5 % of 20 seconds since.
    writeFileSync(record, [Number(since) - 20, -100, ...rest].join(' '))
    expect(check(program).says).toMatch(/ s$/)
    earlier(40)
    expect(check(program).says).toMatch(/: ended$/)
    await until(() => hasEnded)
  })

  it('leaves a program that does not listen yet a minute, too', async () => {
    const unused = { ...(await start()), port: 1 }
    expect(check(unused).says).toBe('no answer')
    earlier(50)
    expect(check(unused).says).toMatch(/ s$/)
    earlier(10)
    expect(check(unused).says).toMatch(/: ended$/)
    await until(() => hasEnded)
  })
})
