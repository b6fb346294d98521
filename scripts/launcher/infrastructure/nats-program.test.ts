import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { checkHash, isNewEnough, natsProgram } from './nats-program.ts'

describe('the NATS server', () => {
  it.each([
    ['nats-server: v2.14.0', true],
    ['nats-server: v2.10.0', true],
    ['nats-server: v3.0.1-beta', true],
    ['nats-server: v2.9.25', false],
    ['something else', false],
  ])('%s is new enough: %s', (said, isEnough) => {
    expect(isNewEnough(said)).toBe(isEnough)
  })

  it('runs only if it is, byte for byte, the one that was checked', () => {
    const path = import.meta.filename
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(() => checkHash(path, hash)).not.toThrow()
    expect(() =>
      checkHash(
        path,
        hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
      ),
    ).toThrow(/not the one/)
  })

  it('that is set but missing, or is not NATS, is refused in one line', async () => {
    await expect(natsProgram({ NATS_SERVER_BIN: '/nowhere/nats' })).rejects.toThrow(/\/nowhere\/nats\) does not run/)
    await expect(natsProgram({ NATS_SERVER_BIN: process.execPath })).rejects.toThrow(/is v24[^\n]*2\.10 or newer/)
  })
})
