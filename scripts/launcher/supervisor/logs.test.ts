import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { boundLogs, lastLines, lengthOf, openLog } from './logs.ts'

it('limits a log while a process writes to it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flower-logs-'))
  const log = openLog(folder, 'order')
  writeSync(log, `${'x'.repeat(100)}\n`)
  boundLogs(folder, 200)
  writeSync(log, `${'y'.repeat(100)}\n`)
  boundLogs(folder, 200)
  writeSync(log, 'z\n')
  closeSync(log)
  expect(readFileSync(join(folder, 'order.log'), 'utf8')).toBe('z\n')
  expect(readFileSync(join(folder, 'order.log.1'), 'utf8')).toMatch(/^x{100}\ny{100}\n$/)
  rmSync(folder, { recursive: true })
})

it('is its owner’s only, also one that an earlier version made', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flower-logs-'))
  const logs = join(folder, 'logs')
  closeSync(openLog(logs, 'order'))
  chmodSync(join(logs, 'order.log'), 0o640)
  closeSync(openLog(logs, 'order'))
  boundLogs(logs, -1)
  const modes = ['', 'order.log', 'order.log.1'].map((name) => statSync(join(logs, name)).mode & 0o777)
  expect(modes).toEqual([0o700, 0o600, 0o600])
  rmSync(folder, { recursive: true })
})

it('returns the last lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flower-logs-'))
  writeFileSync(join(folder, 'a.log'), 'one\ntwo\n')
  appendFileSync(join(folder, 'a.log'), 'three\n')
  expect(lastLines(folder, 'a', 2)).toBe('two\nthree')
  expect(lastLines(folder, 'none', 2)).toBe('')
  expect(lastLines(folder, 'a', 9, lengthOf(folder, 'a') - 'three\n'.length)).toBe('three')
  rmSync(folder, { recursive: true })
})
