import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { end, stopLeftOver } from './left-over.ts'

let folder: string
let pidFile: string
let child: ChildProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-left-'))
  pidFile = join(folder, 'postmaster.pid')
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

describe('PostgreSQL’s pid file', () => {
  it('is removed if its pid belongs to another process now, which keeps running', async () => {
    writeFileSync(pidFile, `${process.pid}\n`)
    await stopLeftOver(folder)
    expect(existsSync(pidFile)).toBe(false)
  })

  it('is left to PostgreSQL if no process has its pid', async () => {
    writeFileSync(pidFile, `${2 ** 22 + 1}\n`)
    await stopLeftOver(folder)
    expect(existsSync(pidFile)).toBe(true)
  })

  it('identifies the processes that still run in its folder, which are stopped', async () => {
    child = spawn('sleep', ['60'], { cwd: folder })
    const ended = once(child, 'exit')
    writeFileSync(pidFile, `${child.pid}\n`)
    await stopLeftOver(folder)
    expect(await ended).toEqual([null, 'SIGINT'])
  })
})

it('a process that ignores the signal, or is frozen, is killed', async () => {
  child = spawn('sh', ['-c', 'trap "" TERM; echo up; while :; do sleep 0.05; done'])
  const ended = once(child, 'exit')
  if (child.stdout) await once(child.stdout, 'data')
  await end(child.pid ?? 0, 'SIGTERM', 100)
  expect(await ended).toEqual([null, 'SIGKILL'])
})
