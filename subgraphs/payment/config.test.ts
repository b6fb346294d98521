import { describe, expect, it } from '@jest/globals'
import { paymentConfig } from './config.ts'

const environment = {
  DATABASE_URL: 'postgres://localhost/payment',
  NATS_URL: 'nats://localhost',
  CALLER_KEYS: `router=${'r'.repeat(32)}`,
  PROVIDER_URL: 'https://provider.example/v1',
  PROVIDER_TOKEN: 'sk_live_abc.DEF-123~x/y+z==',
}
const wrong = (change: Record<string, string | undefined>) =>
  paymentConfig.safeParse({ ...environment, ...change }).error?.issues.map(({ path, message }) => [path[0], message])

describe('the settings of the payment context', () => {
  it('are the provider’s address and credential in any environment', () => {
    for (const NODE_ENV of [undefined, 'production', 'development', 'test']) {
      expect(wrong({ NODE_ENV })).toBeUndefined()
      expect(wrong({ NODE_ENV, PROVIDER_URL: undefined })).toEqual([['PROVIDER_URL', expect.any(String)]])
      expect(wrong({ NODE_ENV, PROVIDER_TOKEN: undefined })).toEqual([['PROVIDER_TOKEN', expect.any(String)]])
    }
  })

  it.each(['http://provider.example', 'http://127.0.0.1:8080', 'http://localhost:8080'])(
    'in production, and without NODE_ENV, refuse %s, because the credential would be sent unencrypted',
    (PROVIDER_URL) => {
      for (const NODE_ENV of [undefined, 'production'])
        expect(wrong({ NODE_ENV, PROVIDER_URL })).toEqual([['PROVIDER_URL', 'not https, which production needs']])
      for (const NODE_ENV of ['development', 'test']) expect(wrong({ NODE_ENV, PROVIDER_URL })).toBeUndefined()
    },
  )

  it('report a URL without https together with other errors', () => {
    const change = { PROVIDER_URL: 'http://provider.example', CALLER_KEYS: 'router=short' }
    expect(wrong(change)?.map(([name]) => name)).toEqual(['CALLER_KEYS', 'PROVIDER_URL'])
  })

  it.each(['ftp://provider.example', 'provider.example', 'https://name:password@provider.example'])(
    'refuse %s as the address, in any environment',
    (PROVIDER_URL) => {
      for (const NODE_ENV of ['production', 'development'])
        expect(wrong({ NODE_ENV, PROVIDER_URL })).toEqual([['PROVIDER_URL', expect.any(String)]])
    },
  )

  it.each(['two words', 'line\nbreak', 'Bearer x', 'ключ'])(
    'refuse %j as the credential, without printing it',
    (token) => {
      const issues = wrong({ PROVIDER_TOKEN: token })
      expect(issues).toEqual([['PROVIDER_TOKEN', expect.any(String)]])
      expect(JSON.stringify(issues)).not.toContain(token)
    },
  )
})
