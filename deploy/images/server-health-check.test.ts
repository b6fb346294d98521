import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'

/** A server below an init, as in a container; the init ends when it ends. */
const INIT = `
const { spawn } = require('node:child_process')
const child = spawn(process.execPath, ['-e', process.argv[1]], { stdio: 'inherit' })
child.once('exit', () => process.exit())`
const SERVER = 'console.log(process.pid); setInterval(() => {}, 100)'
const ANSWERS = ['true']
const REFUSES = ['false']
const SILENT = ['sleep', '100']

let folder: string
let record: string
let init: ChildProcess | undefined
let hasEnded: boolean
let server: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flower-health-'))
  record = join(folder, 'silence')
  hasEnded = false
  const started = spawn(process.execPath, ['-e', INIT, SERVER], {
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
  server = Number(await until(() => /^\d+(?=\n)/.exec(printed)?.[0]))
})
afterEach(async () => {
  if (init?.pid && !hasEnded) process.kill(-init.pid, 'SIGKILL')
  await until(() => hasEnded)
  rmSync(folder, { recursive: true })
})

function check(command: string[]): { says: string; passes: boolean } {
  const env = { PATH: process.env.PATH, INIT: String(init?.pid), RECORD: record }
  const run = spawnSync(resolve(import.meta.dirname, 'server-health-check'), command, { env, encoding: 'utf8' })
  return { says: run.stdout.trim(), passes: run.status === 0 }
}

/** Lets the recorded silence have begun so many seconds earlier, and so many checks. */
function earlier(seconds: number, checks = 0): void {
  const [since, seen, ...rest] = readFileSync(record, 'utf8').split(' ')
  writeFileSync(record, [Number(since) - seconds, Number(seen) + checks, ...rest].join(' '))
}

describe('the health check of PostgreSQL and NATS', () => {
  it('passes if the server answers, and fails if it refuses, for however long', () => {
    expect(check(ANSWERS)).toEqual({ says: '', passes: true })
    expect(check(REFUSES)).toEqual({ says: '', passes: false })
    expect(existsSync(record)).toBe(false)
  })

  it('ends a server that has not run for a minute', async () => {
    process.kill(server, 'SIGSTOP')
    expect(check(SILENT)).toEqual({ says: 'no answer', passes: false })
    earlier(40, 5)
    expect(check(SILENT).says).toMatch(/ s$/)
    earlier(20)
    expect(check(SILENT)).toEqual({ says: expect.stringMatching(/: ended$/), passes: false })
    await until(() => hasEnded)
  })

  it('leaves alone a server that wakes, even if it uses no CPU', () => {
    expect(check(SILENT).says).toBe('no answer')
    earlier(100, 10)
    expect(check(SILENT).says).toBe('no answer')
    expect(() => process.kill(server, 0)).not.toThrow()
  })

  it('leaves alone a server of a machine that slept for an hour between two checks', () => {
    process.kill(server, 'SIGSTOP')
    expect(check(SILENT).says).toBe('no answer')
    earlier(3_600)
    expect(check(SILENT).says).toMatch(/ s$/)
    expect(() => process.kill(server, 0)).not.toThrow()
  })

  it('forgets a silence that has ended, and that of another server', () => {
    expect(check(SILENT).says).toBe('no answer')
    expect(check(REFUSES).says).toBe('')
    expect(check(SILENT).says).toBe('no answer')
    writeFileSync(record, `${Math.floor(Date.now() / 1_000) - 100} 100 0 1@1\n`)
    expect(check(SILENT).says).toBe('no answer')
  })
})
