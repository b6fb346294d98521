import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { recordPrintedErrors } from '../../../chassis/testing/printed-errors.ts'
import { readSettings } from './settings.ts'

describe('the settings of npm start', () => {
  const printed = recordPrintedErrors()
  const provider = { PROVIDER_URL: 'https://provider.example', PROVIDER_TOKEN: 'sk_live' }

  it('are for development by default, with the sandbox', () => {
    for (const NODE_ENV of [undefined, '', 'development'])
      expect(readSettings([], { NODE_ENV })).toMatchObject({ NODE_ENV: 'development', provider: 'sandbox' })
    expect(readSettings([], { NODE_ENV: 'test' })).toMatchObject({ NODE_ENV: 'test', provider: 'sandbox' })
  })

  it.each(['prod', 'Production', 'dev'])('do not accept NODE_ENV=%s', (NODE_ENV) => {
    expect(() => readSettings([], { NODE_ENV })).toThrow('exit 78')
    expect(printed).toEqual(['Setting NODE_ENV: none of development, test, production'])
  })

  it('require a payment provider’s https URL and token in production', () => {
    const wrong = (change: object) => {
      printed.length = 0
      expect(() => readSettings([], { NODE_ENV: 'production', ...provider, ...change })).toThrow('exit 78')
      return printed.map((line) => line.split(': ')[0])
    }
    expect(wrong({ PROVIDER_URL: '', PROVIDER_TOKEN: '' })).toEqual(['Setting PROVIDER_URL', 'Setting PROVIDER_TOKEN'])
    expect(wrong({ PROVIDER_TOKEN: undefined })).toEqual(['Setting PROVIDER_TOKEN'])
    expect(wrong({ PROVIDER_URL: 'http://127.0.0.1:9000' })).toEqual(['Setting PROVIDER_URL'])
    expect(wrong({ PROVIDER_URL: undefined, PORT: 'x' })).toEqual(['Setting PORT', 'Setting PROVIDER_URL'])
    expect(readSettings([], { NODE_ENV: 'production', ...provider }).provider).toEqual({
      url: 'https://provider.example',
      token: 'sk_live',
    })
  })

  it('may have a provider in development too, then completely', () => {
    const local = { PROVIDER_URL: 'http://127.0.0.1:9000', PROVIDER_TOKEN: 'sk_test' }
    expect(readSettings([], local).provider).toEqual({ url: local.PROVIDER_URL, token: 'sk_test' })
    for (const name of ['PROVIDER_URL', 'PROVIDER_TOKEN'])
      expect(() => readSettings([], { ...local, [name]: undefined })).toThrow('exit 78')
  })

  it('have defaults, also for empty variables', () => {
    const settings = readSettings([], { PORT: '', DATABASE_URL: '' })
    expect(settings).toMatchObject({ PORT: 4000, ISSUER_PORT: 4090, DATA_DIR: resolve('.data'), replicas: {} })
    expect(settings.DATABASE_URL).toBeUndefined()
  })

  it('have the number of replicas of each program', () => {
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
