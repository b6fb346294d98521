import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { UserError } from '../../user-error.ts'
import { secretsIn } from './secrets.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-secrets-'))
  path = join(folder, 'secrets.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('secrets', () => {
  it('are created once per name, and readable by their owner only', () => {
    const secret = secretsIn(path)
    const made = secret('context')
    expect(made).toMatch(/^[\w-]{43}$/)
    expect(secret('context')).toBe(made)
    expect(secret('demo')).not.toBe(made)
    expect(secretsIn(path)('context')).toBe(made)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('are not silently replaced if the file is damaged', () => {
    writeFileSync(path, '{"postgres": "ab')
    expect(() => secretsIn(path)).toThrow(UserError)
    expect(readFileSync(path, 'utf8')).toBe('{"postgres": "ab')
  })
})
