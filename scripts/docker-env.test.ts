import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { make } from './docker-env.mjs'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-env-'))
  file = join(folder, '.env')
})
afterEach(() => rmSync(folder, { recursive: true }))
const text = () => readFileSync(file, 'utf8')

describe('.env', () => {
  it('is made with secrets that only its owner may read', () => {
    expect(make(file, 'production')).toMatch(/^Made .env for production/)
    expect(text()).toMatch(/^KEY_SECRET=[0-9a-f]{64}$/m)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('that is there gets what is new since, and keeps what it has', () => {
    make(file, 'production')
    const complete = text()
    expect(make(file, 'production')).toBe('.env is there already, of production; nothing was changed.')
    expect(text()).toBe(complete)
    const earlier = complete.replaceAll(/^DATABASE_OWNER_PASSWORD_.*\n/gm, '').trimEnd()
    writeFileSync(file, earlier)
    expect(make(file, 'production')).toMatch(/^Added to .env, of production: DATABASE_OWNER_PASSWORD_ACCOUNT, /)
    expect(text().startsWith(`${earlier}\nDATABASE_OWNER_PASSWORD_ACCOUNT=`)).toBe(true)
    expect(make(file, 'production')).toMatch(/nothing was changed/)
  })

  it('of another environment, or of none, is left as it is', () => {
    make(file, 'development')
    expect(make(file, 'production')).toMatch(/of development; nothing was changed/)
    writeFileSync(file, 'OTHER=1\n')
    expect(make(file, 'production')).toMatch(/of an earlier version; nothing was changed/)
    expect(text()).toBe('OTHER=1\n')
  })
})
