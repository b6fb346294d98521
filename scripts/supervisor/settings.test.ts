import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readSettings } from './settings.ts'

describe('the settings of npm start', () => {
  it('have defaults, also for what is set to nothing', () => {
    const settings = readSettings([], { PORT: '', DATABASE_URL: '' })
    expect(settings).toMatchObject({ PORT: 4000, ISSUER_PORT: 4090, DATA_DIR: resolve('.data'), replicas: {} })
    expect(settings.DATABASE_URL).toBeUndefined()
  })

  it('say how many of each run', () => {
    expect(readSettings(['--routers', '2'], {}).replicas).toEqual({ router: 2 })
    expect(readSettings(['--replicas', 'payment=2,my-page=3', '--routers=4'], {}).replicas).toEqual({
      payment: 2,
      'my-page': 3,
      router: 4,
    })
    for (const args of [
      ['--routers', '0'],
      ['--routers', 'x'],
      ['--other'],
      ['order'],
      ['--replicas', 'x=2'],
      ['--replicas', 'account=2'],
      ['--replicas', 'item=0'],
    ]) {
      expect(() => readSettings(args, {})).toThrow(/Usage/)
    }
  })
})
