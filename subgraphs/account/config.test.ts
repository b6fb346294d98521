import { describe, expect, it } from '@jest/globals'
import { accountConfig } from './config.ts'

const secret = 's'.repeat(32)
const environment = {
  DATABASE_URL: 'postgres://localhost/account',
  NATS_URL: 'nats://localhost',
  CALLER_KEYS: `router=${secret}`,
  KEY_SECRET: secret,
  DEMO_SECRET: secret,
  ISSUER_URL: 'http://localhost:4090',
  ISSUER_PORT: '4090',
  MESSAGE_URL: 'https://gateway.example/messages',
  MESSAGE_TOKEN: 'credential',
}
const wrong = (change: object) =>
  accountConfig.safeParse({ ...environment, ...change }).error?.issues.map(({ path, message }) => [path[0], message])

describe('the settings of the account context', () => {
  it.each([
    'https://login.example.com/',
    'https://login.example.com/path',
    'HTTPS://login.example.com',
    'ftp://login.example.com',
    'login',
  ])('refuses %s as the issuer: `iss` is compared letter by letter', (url) => {
    expect(accountConfig.parse(environment)).toMatchObject({ ISSUER_URL: 'http://localhost:4090', ISSUER_PORT: 4090 })
    expect(wrong({ ISSUER_URL: url })).toContainEqual(['ISSUER_URL', expect.any(String)])
  })

  it.each([
    ['development', secret],
    ['test', secret],
    ['production', undefined],
    [undefined, undefined],
  ])('with NODE_ENV=%s, have %s as the demo secret', (NODE_ENV, known) => {
    expect(accountConfig.parse({ ...environment, NODE_ENV }).DEMO_SECRET).toBe(known)
  })

  it.each(['flower-delivery', 'payments', 'urn:', ' urn:a', 'urn:a b', ':a'])(
    'refuses %j as the audience: it must be no client’s id, so it is a URI',
    (JWT_AUDIENCE) => {
      expect(accountConfig.parse(environment).JWT_AUDIENCE).toBe('urn:flower-delivery:api')
      expect(accountConfig.parse({ ...environment, JWT_AUDIENCE: 'https://api.example/graphql' })).toBeTruthy()
      expect(wrong({ JWT_AUDIENCE })).toEqual([['JWT_AUDIENCE', 'no URI, e.g. urn:example:api']])
    },
  )

  it('need a gateway for messages in production, and nowhere else', () => {
    const without = { MESSAGE_URL: undefined, MESSAGE_TOKEN: undefined }
    const development = { NODE_ENV: 'development' }
    expect(wrong(without)).toContainEqual(['MESSAGE_URL', 'missing'])
    expect(wrong({ MESSAGE_TOKEN: undefined })).toEqual([['MESSAGE_TOKEN', 'missing']])
    expect(wrong({ MESSAGE_URL: 'http://gateway.example' })).toEqual([
      ['MESSAGE_URL', 'not https, which production needs'],
    ])
    expect(wrong({ MESSAGE_URL: 'https://a:b@gateway.example' })).toEqual([
      ['MESSAGE_URL', expect.stringContaining('MESSAGE_TOKEN')],
    ])
    expect(wrong({ ...development, MESSAGE_URL: undefined, MESSAGE_TOKEN: undefined })).toBeUndefined()
    expect(wrong({ ...development, MESSAGE_URL: 'http://127.0.0.1:1' })).toBeUndefined()
    expect(wrong({ ...development, MESSAGE_TOKEN: undefined })).toEqual([['MESSAGE_TOKEN', 'missing']])
  })

  it('have codes sent to Korean phones only, unless countries are named', () => {
    expect(accountConfig.parse(environment).SIGN_IN_COUNTRIES).toEqual(['KR'])
    expect(accountConfig.parse({ ...environment, SIGN_IN_COUNTRIES: 'KR,JP' }).SIGN_IN_COUNTRIES).toEqual(['KR', 'JP'])
    expect(wrong({ SIGN_IN_COUNTRIES: 'KR,Korea' })).toEqual([['SIGN_IN_COUNTRIES', expect.any(String)]])
  })

  it('has no default for a secret', () => {
    expect(wrong({ KEY_SECRET: undefined })).toEqual([['KEY_SECRET', expect.any(String)]])
    expect(wrong({ KEY_SECRET: 'short' })).toEqual([['KEY_SECRET', 'at least 32 characters']])
  })
})
