import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isRunning, startOf, tryLock } from './lock.mjs'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-lock-'))
  path = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

const heldBy = (holder: object | string) =>
  writeFileSync(path, typeof holder === 'string' ? holder : JSON.stringify(holder))
const started = startOf(process.pid)

describe('a lock file', () => {
  it('is one process’ at a time, and free again when that gives it back', () => {
    const first = tryLock(path)
    expect(tryLock(path)).toEqual({ holder: process.pid })
    first.release?.()
    expect(tryLock(path).release).toBeDefined()
  })

  it.each([
    ['of a process that is gone', { pid: 2 ** 22 + 1, started }],
    ['of an earlier process with a pid that now is another’s', { pid: process.pid, started: 'long ago' }],
    ['that tells no start', { pid: process.pid }],
  ])('counts for nothing: one %s', (_, holder) => {
    heldBy(holder)
    expect(tryLock(path).release).toBeDefined()
    expect(tryLock(path)).toEqual({ holder: process.pid })
  })

  it('that is empty is just being written; an old empty one was left by a crash', () => {
    heldBy('')
    expect(tryLock(path).release).toBeUndefined()
    const before = new Date(Date.now() - 60_000)
    utimesSync(path, before, before)
    expect(tryLock(path).release).toBeDefined()
  })
})

it('a process is told from a later one with its pid', () => {
  expect(isRunning({ pid: process.pid, started })).toBe(true)
  expect(isRunning({ pid: process.pid, started: 'another time' })).toBe(false)
  expect(isRunning({ pid: 1, started })).toBe(false)
})
