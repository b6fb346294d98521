import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { until } from '../testing/until.ts'
import { appendFile } from './append-file.ts'

let folder: string
let logged: string[]
let removed: string[]
let lost: number[]
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'flower-audit-')), 'audit')
  logged = []
  removed = []
  lost = []
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const open = (options: { maxBytes?: number; write?: (fd: number, bytes: Buffer) => number } = {}) =>
  appendFile({
    folder,
    name: 'order-1',
    maxBytes: 1_000_000,
    log: pino({}, { write: (line: string) => void logged.push(line) }),
    onRemoved: (file) => void removed.push(file),
    onLost: (count) => void lost.push(count),
    ...options,
  })
const text = (file = 'order-1.jsonl') => readFileSync(join(folder, file), 'utf8')
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

/** A disk that is full but for some bytes, until `isFull` is false. */
function fullDisk() {
  const disk = {
    isFull: true,
    write: (fd: number, bytes: Buffer) => {
      if (!disk.isFull) return writeSync(fd, bytes)
      if (bytes.length > 4) return writeSync(fd, bytes.subarray(0, bytes.length - 4))
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    },
  }
  return disk
}

describe('a file of appended lines', () => {
  it('is the owner’s only, and goes on after a restart', () => {
    for (const line of ['one\n', 'two\n']) {
      const file = open()
      file.append(line)
      file.close()
    }
    expect(text()).toBe('one\ntwo\n')
    expect([modeOf(folder), modeOf(join(folder, 'order-1.jsonl'))]).toEqual(['700', '600'])
  })

  it('has the lines of a process that is killed after its turn', async () => {
    const program = `
      import { appendFile } from ${JSON.stringify(import.meta.resolve('./append-file.ts'))}
      const ignore = () => {}
      const file = appendFile({ folder: ${JSON.stringify(folder)}, name: 'order-1', maxBytes: 1e6, onRemoved: ignore, onLost: ignore })
      for (let n = 0; n < 100; n++) file.append(n + '\\n')
      setImmediate(() => process.kill(process.pid, 'SIGKILL'))`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(text().trimEnd().split('\n')).toHaveLength(100)
  })

  it('has the last lines of a process that exits in the same turn', async () => {
    const program = `
      import { appendFile } from ${JSON.stringify(import.meta.resolve('./append-file.ts'))}
      const ignore = () => {}
      const file = appendFile({ folder: ${JSON.stringify(folder)}, name: 'order-1', maxBytes: 1e6, onRemoved: ignore, onLost: ignore })
      file.append('the last\\n')
      process.exit(1)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(text()).toBe('the last\n')
  })

  it('ends a line that a killed process left unfinished', () => {
    open().close()
    appendFileSync(join(folder, 'order-1.jsonl'), '{"event":"comm')
    const file = open()
    file.append('next\n')
    file.close()
    expect(text()).toBe('{"event":"comm\nnext\n')
  })

  it('is renamed when it is long, and loses nothing by that', () => {
    for (let n = 0; n < 5; n++) {
      const file = open({ maxBytes: 16 * 100 })
      file.append(`${String(n).repeat(59)}\n`)
      file.append(`${String(n).repeat(29)}\n`)
      file.close()
    }
    const all = readdirSync(folder).sort()
    expect(all).toHaveLength(5)
    for (const name of all) {
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100)
      expect(modeOf(join(folder, name))).toBe('600')
    }
    const lines = all.flatMap((name) => text(name).trimEnd().split('\n'))
    expect(lines.map(([first]) => first).sort()).toEqual([...'0011223344'])
    expect(removed).toEqual([])
  })

  it('is made again if somebody deletes or moves it', async () => {
    const file = open()
    file.append('one\n')
    await until(() => text() === 'one\n')
    rmSync(join(folder, 'order-1.jsonl'))
    await until(() => {
      file.append('two\n')
      return existsSync(join(folder, 'order-1.jsonl')) && text().startsWith('two\n')
    }, 'the file is there again')
    file.close()
  })

  it('has what comes after it was closed', () => {
    const file = open()
    file.close()
    file.append('late\n')
    expect(text()).toBe('late\n')
  })

  it('says which file it has deleted to keep within its bytes: the oldest', () => {
    open().close()
    const earlier = Array.from(
      { length: 15 },
      (_, n) => `order-1.2026-01-01T00-00-${String(n).padStart(2, '0')}.000Z.jsonl`,
    )
    for (const name of [...earlier, 'order-10.jsonl', 'order-10.2020-01-01T00-00-00.000Z.jsonl'])
      writeFileSync(join(folder, name), 'x\n')
    const file = open({ maxBytes: 16 * 10 })
    file.append('12345678\n')
    file.close()
    expect(removed).toEqual([])
    const next = open({ maxBytes: 16 * 10 })
    next.append('12345678\n')
    next.close()
    expect(removed).toEqual([earlier[0]])
    expect(logged.join('')).toContain('deleted')
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['order-10.jsonl', ...earlier.slice(1)]))
    expect(readdirSync(folder)).not.toContain(earlier[0])
  })
})

describe('a file on a full disk', () => {
  it('fails nobody, is logged once, and has every line as soon as there is room', async () => {
    const disk = fullDisk()
    const file = open({ write: disk.write })
    file.append('first line\n')
    await until(() => logged.length === 1)
    for (let n = 0; n < 10; n++) file.append(`line ${n}\n`)
    expect(logged).toHaveLength(1)
    expect(file.state()).toEqual({ isFailing: true, lost: 0 })
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ level: 50, msg: expect.stringContaining('cannot be written') })
    disk.isFull = false
    await until(() => text().includes('line 9\n'), 'the waiting lines are written')
    file.close()
    expect(text()).toBe(`first line\n${Array.from({ length: 10 }, (_, n) => `line ${n}\n`).join('')}`)
    expect(lost).toEqual([])
  })

  it('counts what it could not hold', async () => {
    const disk = fullDisk()
    const file = open({ maxBytes: 1e9, write: disk.write })
    const line = `${'x'.repeat(999_999)}\n`
    file.append(line)
    await until(() => logged.length === 1)
    for (let n = 0; n < 7; n++) file.append(line)
    disk.isFull = false
    await until(() => lost.length === 1)
    file.close()
    expect(lost).toEqual([3])
    expect(file.state()).toEqual({ isFailing: false, lost: 3 })
    expect(text()).toHaveLength(5 * 1_000_000)
  })
})
