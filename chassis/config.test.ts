import { describe, expect, it } from '@jest/globals'
import { namedValues, processConfig, readConfig, serviceConfig } from './config.ts'
import { recordPrintedErrors } from './testing/printed-errors.ts'

const good = {
  DATABASE_URL: 'postgres://order@127.0.0.1/order',
  NATS_URL: 'nats://127.0.0.1:4222',
  CONTEXT_SECRET: 's'.repeat(32),
}

describe('settings', () => {
  const printed = recordPrintedErrors()

  it('are read, with defaults', () => {
    expect(readConfig(serviceConfig, { ...good, REPLICA: '2' })).toEqual({
      ...good,
      NODE_ENV: 'production',
      AUDIT_MAX_BYTES: 1_000_000_000,
      PORT: 0,
      HOST: '127.0.0.1',
      REPLICA: 2,
    })
  })

  it('that are invalid are all reported at once, without their values, and the process exits', () => {
    const wrong = { ...good, CONTEXT_SECRET: 'short', PORT: '70000', DATABASE_URL: 'nowhere' }
    expect(() => readConfig(serviceConfig, wrong)).toThrow('exit 78')
    expect(printed.map((line) => line.split(':')[0])).toEqual([
      'Setting PORT',
      'Setting DATABASE_URL',
      'Setting CONTEXT_SECRET',
    ])
    expect(printed.join()).not.toContain('short')
  })

  it('that are empty count as not set', () => {
    expect(readConfig(serviceConfig, { ...good, REPLICA: '', HOST: '' })).toMatchObject({
      REPLICA: 1,
      HOST: '127.0.0.1',
    })
    expect(() => readConfig(serviceConfig, { ...good, NATS_URL: '' })).toThrow('exit 78')
  })

  it.each([
    [undefined, 'production'],
    ['', 'production'],
    ['production', 'production'],
    ['development', 'development'],
    ['test', 'test'],
  ])('NODE_ENV=%s means %s: development has to be asked for', (NODE_ENV, meant) => {
    expect(readConfig(processConfig, { NODE_ENV })).toEqual({ NODE_ENV: meant })
  })

  it.each(['prod', 'Production', 'development ', 'staging'])('NODE_ENV=%s is refused', (NODE_ENV) => {
    expect(() => readConfig(serviceConfig, { ...good, NODE_ENV })).toThrow('exit 78')
    expect(printed).toEqual(['Setting NODE_ENV: none of development, test, production'])
  })

  it('that are missing are reported by name', () => {
    expect(() => readConfig(serviceConfig, {})).toThrow('exit 78')
    expect(printed).toHaveLength(3)
  })
})

it('named values are a list of name=value; a value may have = in it', () => {
  expect(namedValues.parse('order=http://a/?x=1,item=http://b')).toEqual(
    new Map([
      ['order', 'http://a/?x=1'],
      ['item', 'http://b'],
    ]),
  )
  expect(namedValues.parse(undefined)).toEqual(new Map())
  expect(namedValues.safeParse('order').error?.issues[0]?.message).toBe('not name=value: order')
})
