import { describe, expect, it } from '@jest/globals'
import { namedValues, processConfig, readConfig, serviceConfig, sharedKeys } from './config.ts'
import { recordPrintedErrors } from './testing/printed-errors.ts'

const good = {
  DATABASE_URL: 'postgres://order@127.0.0.1/order',
  NATS_URL: 'nats://127.0.0.1:4222',
  CALLER_KEYS: `router=${'r'.repeat(32)}`,
}

describe('settings', () => {
  const printed = recordPrintedErrors()

  it('are read, with defaults', () => {
    expect(readConfig(serviceConfig, { ...good, REPLICA: '2' })).toEqual({
      ...good,
      CALLER_KEYS: new Map([['router', ['r'.repeat(32)]]]),
      NODE_ENV: 'production',
      AUDIT_MAX_BYTES: 1_000_000_000,
      DATABASE_CONNECTIONS: 10,
      PORT: 0,
      HOST: '127.0.0.1',
      REPLICA: 2,
    })
  })

  it('that are invalid are all reported at once, without their values, and the process exits', () => {
    const wrong = { ...good, CALLER_KEYS: 'router=short', PORT: '70000', DATABASE_URL: 'nowhere' }
    expect(() => readConfig(serviceConfig, wrong)).toThrow('exit 78')
    expect(printed.map((line) => line.split(':')[0])).toEqual([
      'Setting PORT',
      'Setting DATABASE_URL',
      'Setting CALLER_KEYS',
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
  ])('NODE_ENV=%s means %s: development must be set explicitly', (NODE_ENV, meant) => {
    expect(readConfig(processConfig, { NODE_ENV })).toEqual({ NODE_ENV: meant })
  })

  it.each(['prod', 'Production', 'development ', 'staging'])('NODE_ENV=%s is refused', (NODE_ENV) => {
    expect(() => readConfig(serviceConfig, { ...good, NODE_ENV })).toThrow('exit 78')
    const value = NODE_ENV.includes(' ') ? '' : ` (it is ${NODE_ENV})`
    expect(printed).toEqual([`Setting NODE_ENV: none of development, test, production${value}`])
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

describe('keys shared with other programs', () => {
  const [one, two, three] = ['1'.repeat(32), `${'2'.repeat(43)}=`, '3'.repeat(32)]

  it('are a list of name=key; of a key that is replaced there are two', () => {
    expect(sharedKeys.parse(`router=${one},order=${two}|${three}`)).toEqual(
      new Map([
        ['router', [one]],
        ['order', [two, three]],
      ]),
    )
    expect(sharedKeys.parse(`router=${one},router=${two}`)).toEqual(new Map([['router', [one, two]]]))
  })

  it.each(['router', 'secret', '=secret', 'router=', `router=${one}|secret`, `router=${one}|`])(
    'are refused, without being printed: %s',
    (entry) => {
      const message = 'entry 2 is not name=key, or name=key|key, with keys of at least 32 characters'
      expect(sharedKeys.safeParse(`order=${two},${entry}`).error?.issues).toMatchObject([{ message }])
    },
  )

  it('are refused where two names have the same', () => {
    const message = 'entry 2 has the key of another name'
    expect(sharedKeys.safeParse(`router=${one},order=${two}|${one}`).error?.issues).toMatchObject([{ message }])
  })

  it('are needed by a service: it answers only those who have one', () => {
    const wrong = (CALLER_KEYS?: string) => serviceConfig.safeParse({ ...good, CALLER_KEYS }).error?.issues
    expect(wrong()).toMatchObject([{ path: ['CALLER_KEYS'], message: 'missing' }])
    expect(wrong(',')).toMatchObject([{ path: ['CALLER_KEYS'], message: 'names no caller' }])
  })
})
