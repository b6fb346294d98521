import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { openAudit } from './audit.ts'
import { EVENTS } from './event.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-audit-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const log = pino({ level: 'silent' })
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('the audit trail', () => {
  it('is one JSON line an event, in a file of the process’s own', () => {
    const audit = openAudit('order', { AUDIT_DIR: folder, AUDIT_MAX_BYTES: 1e6, REPLICA: 2 }, log)
    audit.record({ event: 'command', who: 'user lee', outcome: 'OrderPayload', on: ['1'], requestId: 'r' })
    for (const _ of [1, 2, 3]) audit.recordRepeatable({ event: 'limit', who: 'user\nlee', outcome: 'RATE_LIMITED' })
    audit.close()
    expect(readdirSync(folder)).toEqual(['order-2.jsonl'])
    const about = { service: 'order', replica: 2, time: expect.stringMatching(/^\d{4}-.*Z$/) }
    expect(linesOf(readFileSync(join(folder, 'order-2.jsonl'), 'utf8'))).toEqual([
      { ...about, event: 'command', who: 'user lee', outcome: 'OrderPayload', on: ['1'], requestId: 'r' },
      { ...about, event: 'limit', who: 'user\nlee', outcome: 'RATE_LIMITED' },
      { ...about, event: 'limit', who: 'user\nlee', outcome: 'RATE_LIMITED', count: 2, since: expect.any(String) },
    ])
  })

  it('says itself what is missing in it', () => {
    writeFileSync(join(folder, 'order-1.jsonl'), `${'x'.repeat(62_400)}\n`)
    const oldest = 'order-1.2026-01-01T00-00-00.000000Z.jsonl'
    for (let n = 0; n < 15; n++) writeFileSync(join(folder, oldest.replace('01-01', `01-${n + 10}`)), 'x\n')
    const audit = openAudit('order', { AUDIT_DIR: folder, AUDIT_MAX_BYTES: 1e6, REPLICA: 1 }, log)
    audit.record({ event: 'command', who: 'user lee', outcome: 'OrderPayload', requestId: 'r'.repeat(100) })
    audit.close()
    expect(linesOf(readFileSync(join(folder, 'order-1.jsonl'), 'utf8'))).toMatchObject([
      { event: 'command' },
      { event: 'trail', who: 'order', outcome: 'removed', on: [oldest.replace('01-01', '01-10')] },
    ])
  })

  it('is in the output of a process that has no folder for it, whatever its LOG_LEVEL', () => {
    const program = `
      import { openAudit } from ${JSON.stringify(import.meta.resolve('./audit.ts'))}
      const audit = openAudit('order', { AUDIT_MAX_BYTES: 1e6 })
      audit.record({ event: 'command', who: 'user lee', outcome: 'OrderPayload' })
      audit.close()`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      env: { LOG_LEVEL: 'silent', REPLICA: '3' },
    })
    expect([stderr, linesOf(stdout)]).toEqual([
      '',
      [
        {
          audit: true,
          service: 'order',
          replica: 3,
          time: expect.any(String),
          event: 'command',
          who: 'user lee',
          outcome: 'OrderPayload',
        },
      ],
    ])
  })

  it('says so where it cannot be opened', () => {
    expect(() => openAudit('order', { AUDIT_DIR: '/dev/null/audit', AUDIT_MAX_BYTES: 1e6 }, log)).toThrow(/AUDIT_DIR/)
  })

  it('has no event that the operators’ page does not explain', () => {
    const page = readFileSync(new URL('../../docs/operators.md', import.meta.url), 'utf8')
    expect(EVENTS.filter((event) => !page.includes(`| \`${event}\` |`))).toEqual([])
  })
})
