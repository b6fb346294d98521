import { describe, expect, it } from '@jest/globals'
import { recordPrintedErrors } from '../chassis/testing/printed-errors.ts'
import { routerConfig } from './config.ts'

const read = (environment: NodeJS.ProcessEnv) => routerConfig(['--supergraph', 'any'], environment)
const issuer = 'https://login.example'

describe('the issuers of tokens', () => {
  const printed = recordPrintedErrors()
  const issuers = (JWT_ISSUERS: string) => read({ JWT_ISSUERS, JWT_AUDIENCE: 'books' }).JWT_ISSUERS

  it.each([
    [issuer, { issuer }],
    [`${issuer}|https://keys.example`, { issuer, jwksUri: 'https://keys.example' }],
    [`${issuer}|typ=JWT`, { issuer, typ: 'JWT' }],
    [
      `${issuer}|typ=*|revocations=http://here/revocations|http://keys`,
      { issuer, jwksUri: 'http://keys', typ: '*', revocationsUri: 'http://here/revocations' },
    ],
  ])('may be %s', (text, setting) => {
    expect(issuers(text)).toEqual([setting])
    expect(issuers(`${text}, https://other.example`)).toEqual([setting, { issuer: 'https://other.example' }])
  })

  it.each([
    ['login.example', 'not an http(s) URL: login.example'],
    [`${issuer}|keys`, 'not an http(s) URL: keys'],
    [`${issuer}|type=JWT`, 'not an http(s) URL: type=JWT'],
    [`${issuer}|typ=`, `typ= names no type: ${issuer}|typ=`],
    [`${issuer}|revocations=/list`, 'not an http(s) URL: /list'],
    [`${issuer}|typ=JWT|typ=at+jwt`, `something is given twice: ${issuer}|typ=JWT|typ=at+jwt`],
    [`${issuer}|http://a|http://b`, `something is given twice: ${issuer}|http://a|http://b`],
  ])('are refused as %s', (text, problem) => {
    expect(() => issuers(text)).toThrow('exit 78')
    expect(printed).toEqual([`Setting JWT_ISSUERS: ${problem}`])
  })
})

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
