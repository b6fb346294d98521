import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startOf } from '../bootstrap/lock.mjs'
import { openDataDir, stopEarlierRun } from './data-dir.ts'

let parent: string
let folder: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'flower-data-'))
  folder = join(parent, 'data')
})
afterEach(() => rmSync(parent, { recursive: true }))

describe('a data folder', () => {
  it('is created, and records that demo data are in it', () => {
    const first = openDataDir(folder, false)
    expect(first.demoVersion).toBe(0)
    first.recordDemo(2)
    first.release()
    expect(openDataDir(folder, false).demoVersion).toBe(2)
  })

  it('of a release with the first demo data has these, so that those of this release are loaded into it', () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'flower-delivery.json'), '{"format":1,"demo":true,"production":false}')
    expect(openDataDir(folder, false).demoVersion).toBe(1)
  })

  it('may be an existing empty folder', () => {
    mkdirSync(folder)
    expect(openDataDir(folder, false).demoVersion).toBe(0)
  })

  it('is refused if another start uses it', () => {
    openDataDir(folder, false)
    expect(() => openDataDir(folder, false)).toThrow(`already runs in ${folder} (process ${process.pid})`)
  })

  it('is refused if it contains other files', () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'thesis.txt'), '')
    expect(() => openDataDir(folder, false)).toThrow(`${folder} holds something else (thesis.txt)`)
  })

  it('is refused if it is of another version', () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'flower-delivery.json'), '{"format":2}')
    expect(() => openDataDir(folder, false)).toThrow(/is not of this version/)
    expect(() => openDataDir(folder, false)).toThrow(/is not of this version/) // and not locked by the first try
  })

  it('is for production or for development, for good', () => {
    for (const [production, words] of [
      [true, 'is a shop in production: start it with NODE_ENV=production'],
      [false, 'is a shop of development (demo users, sandbox payments)'],
    ] as const) {
      rmSync(folder, { recursive: true, force: true })
      openDataDir(folder, production).release()
      expect(() => openDataDir(folder, !production)).toThrow(words)
      openDataDir(folder, production).release() // and not locked by the other try
    }
  })

  it.each([
    ['with demo data in it is of development', true],
    ['without is what it is started for', false],
  ])('of an earlier version %s', (_, demo) => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'flower-delivery.json'), JSON.stringify({ format: 1, demo }))
    if (demo) expect(() => openDataDir(folder, true)).toThrow(/is a shop of development/)
    const production = !demo
    openDataDir(folder, production).release()
    expect(() => openDataDir(folder, !production)).toThrow(/choose another DATA_DIR/)
    expect(openDataDir(folder, production).demoVersion).toBe(demo ? 1 : 0)
  })

  it('is refused if it is a file', () => {
    writeFileSync(folder, '')
    expect(() => openDataDir(folder, false)).toThrow(/can not be used \(EEXIST\)/)
  })
})

describe('the processes that an earlier start left running', () => {
  const list = () => join(parent, 'processes.json')

  it('are stopped, but not another process that has the pid now', async () => {
    const left = spawn('sleep', ['60'])
    const ended = new Promise((resolve) => left.once('exit', (_, signal) => resolve(signal)))
    const { pid = 0 } = left
    writeFileSync(
      list(),
      JSON.stringify([
        { name: 'order', replica: 1, pid, port: 1, started: startOf(pid) },
        { name: 'store', replica: 1, pid: process.pid, port: 2, started: 'before' },
      ]),
    )
    expect(await stopEarlierRun(list())).toBe(1)
    expect(await ended).toBe('SIGTERM')
  })

  it.each([['no list'], ['{"not": "a list"}'], ['[{"name": 1}]']])('are none in the list %s', async (text) => {
    if (text !== 'no list') writeFileSync(list(), text)
    expect(await stopEarlierRun(list())).toBe(0)
  })
})
