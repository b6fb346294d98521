import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
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

it('returns the last lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flower-logs-'))
  writeFileSync(join(folder, 'a.log'), 'one\ntwo\n')
  appendFileSync(join(folder, 'a.log'), 'three\n')
  expect(lastLines(folder, 'a', 2)).toBe('two\nthree')
  expect(lastLines(folder, 'none', 2)).toBe('')
  expect(lastLines(folder, 'a', 9, lengthOf(folder, 'a') - 'three\n'.length)).toBe('three')
  rmSync(folder, { recursive: true })
})
