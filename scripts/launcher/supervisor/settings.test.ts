import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { recordPrintedErrors } from '../../../chassis/testing/printed-errors.ts'
import { NAMES } from './processes.ts'
import { readSettings } from './settings.ts'

describe('the settings of npm start', () => {
  const printed = recordPrintedErrors()
  const gateway = { MESSAGE_URL: 'https://gateway.example', MESSAGE_TOKEN: 'token' }
  const provider = { PROVIDER_URL: 'https://provider.example', PROVIDER_TOKEN: 'sk_live', ...gateway }

  it('are for development by default, with the sandbox', () => {
    for (const NODE_ENV of [undefined, '', 'development'])
      expect(readSettings([], { NODE_ENV })).toMatchObject({ NODE_ENV: 'development', provider: 'sandbox' })
    expect(readSettings([], { NODE_ENV: 'test' })).toMatchObject({ NODE_ENV: 'test', provider: 'sandbox' })
  })

  it.each(['prod', 'Production', 'dev'])('do not accept NODE_ENV=%s', (NODE_ENV) => {
    expect(() => readSettings([], { NODE_ENV })).toThrow('exit 78')
    expect(printed).toEqual([`Setting NODE_ENV: none of development, test, production (it is ${NODE_ENV})`])
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
    expect(wrong({ MESSAGE_URL: undefined, MESSAGE_TOKEN: '' })).toEqual([
      'Setting MESSAGE_URL',
      'Setting MESSAGE_TOKEN',
    ])
    expect(wrong({ MESSAGE_URL: 'http://127.0.0.1:9000' })).toEqual(['Setting MESSAGE_URL'])
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

  it('of all programs are checked before any of them is started, and all problems reported at once', () => {
    const wrong = {
      PORT: '4100',
      METRICS_PORT: '4100',
      CORS_ORIGINS: 'http://localhost:5173/app',
      GRAPHIQL: 'yes',
      MAX_DEPTH: '0',
      MOST_STORES: 'many',
      PAYMENT_DEADLINE_MS: '8000.5',
      ISSUER_URL: 'http://login.example/path',
      FACTS_MAX_BYTES: '10',
    }
    expect(() => readSettings(['--routers', '2'], wrong)).toThrow('exit 78')
    expect(printed.toSorted()).toEqual([
      'Setting CORS_ORIGINS: not an origin such as https://app.example: http://localhost:5173/app',
      'Setting FACTS_MAX_BYTES: at least 1000000 (it is 10)',
      'Setting GRAPHIQL: neither on nor off (it is yes)',
      'Setting ISSUER_URL: an origin, nothing behind it, e.g. https://login.example.com',
      'Setting MAX_DEPTH: less than 1 (it is 0)',
      'Setting METRICS_PORT: the same port as PORT: choose another (it is 4100)',
      'Setting MOST_STORES: not a number (it is many)',
      'Setting PAYMENT_DEADLINE_MS: not a whole number (it is 8000.5)',
    ])
  })

  it('refuse what only another NATS can do, unless there is one', () => {
    const ofCluster = { STREAM_REPLICAS: '3', NATS_TLS_CA: import.meta.filename }
    expect(() => readSettings([], ofCluster)).toThrow('exit 78')
    expect(printed.map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
      'Setting NATS_TLS_CA: only with NATS_URL',
      'Setting STREAM_REPLICAS: only with NATS_URL',
    ])
    const NATS_URL = 'nats://admin:secret@one,nats://two'
    expect(readSettings([], { ...ofCluster, NATS_URL })).toMatchObject({ NATS_URL, STREAM_REPLICAS: 3 })
  })

  it('are checked for as many processes as are to run: each has a metrics port', () => {
    const METRICS_PORT = String(65535 - NAMES.length + 1)
    expect(String(readSettings([], { METRICS_PORT }).METRICS_PORT)).toBe(METRICS_PORT)
    expect(() => readSettings(['--routers', '2'], { METRICS_PORT })).toThrow('exit 78')
    expect(printed).toEqual([expect.stringMatching(/^Setting METRICS_PORT: no port: at most 65535/)])
  })

  it.each([{ PORT: '5000', ISSUER_PORT: '5000' }, { METRICS_PORT: '4000' }, { METRICS_PORT: '4090' }])(
    'name no port twice: %j',
    (ports) => {
      expect(() => readSettings([], ports)).toThrow('exit 78')
      expect(printed).toEqual([
        expect.stringMatching(/^Setting \w+_PORT: the same port as \w+: choose another \(it is \d+\)$/),
      ])
      expect(readSettings([], { PORT: '0', ISSUER_PORT: '0', METRICS_PORT: '0' })).toMatchObject({ PORT: 0 })
    },
  )

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
