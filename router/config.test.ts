import { describe, expect, it } from '@jest/globals'
import { recordPrintedErrors } from '../chassis/testing/printed-errors.ts'
import { routerConfig } from './config.ts'

const read = (environment: NodeJS.ProcessEnv) => routerConfig(['--supergraph', 'any'], environment)
const issuer = 'https://login.example'

describe('the audience of tokens', () => {
  const printed = recordPrintedErrors()

  it.each(['production', 'development', undefined])('is required with issuers (NODE_ENV=%s)', (NODE_ENV) => {
    expect(() => read({ NODE_ENV, JWT_ISSUERS: issuer })).toThrow('exit 78')
    expect(printed).toEqual([expect.stringMatching(/^Setting JWT_AUDIENCE: missing/)])
    expect(read({ NODE_ENV, JWT_ISSUERS: issuer, JWT_AUDIENCE: 'books' }).JWT_AUDIENCE).toBe('books')
  })

  it('may be any by a setting, and is not needed without issuers', () => {
    expect(read({ JWT_ISSUERS: issuer, JWT_AUDIENCE: '*' }).JWT_AUDIENCE).toBeUndefined()
    expect(read({}).JWT_AUDIENCE).toBeUndefined()
  })
})
