import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readSettings } from './settings.ts'

describe('the settings of npm start', () => {
  it('have defaults, also for what is set to nothing', () => {
    const settings = readSettings([], { PORT: '', DATABASE_URL: '' })
    expect(settings).toMatchObject({ PORT: 4000, ISSUER_PORT: 4090, DATA_DIR: resolve('.data'), routers: 1 })
    expect(settings.DATABASE_URL).toBeUndefined()
  })

  it('say how many routers', () => {
    expect(readSettings(['--routers', '2'], {}).routers).toBe(2)
    for (const args of [['--routers', '0'], ['--routers', 'x'], ['--other'], ['order']]) {
      expect(() => readSettings(args, {})).toThrow(/Usage/)
    }
  })
})
