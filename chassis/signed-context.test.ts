import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { sharedKeys } from './config.ts'
import { type CallerKeys, createVerifier, signContext } from './signed-context.ts'

const [ofRouter, ofOrder, former] = ['r'.repeat(32), 'o'.repeat(32), 'f'.repeat(32)]
const claims = { sub: 'lee', roles: ['CUSTOMER'], scopes: [] }
const NOW = 1_000
const request = { method: 'POST', path: '/graphql', body: '{"a":1}' }
const signed = { ...request, audience: 'payment', claims, once: false }
const header = signContext(ofRouter, signed, NOW)
const once = () => signContext(ofRouter, { ...signed, once: true }, NOW)

const verifier = (callers: CallerKeys = new Map([['router', [ofRouter]]]), mostUsed = 10) =>
  createVerifier('payment', callers, mostUsed)
const verify = verifier()
const refused = { refused: expect.any(String) }

/** A header of any content, as a holder of the key can make it. */
const made = (content: object) => {
  const [own = ''] = header.split('.')
  const change = { ...JSON.parse(Buffer.from(own, 'base64url').toString()), ...content }
  const payload = Buffer.from(JSON.stringify(change)).toString('base64url')
  return `${payload}.${createHmac('sha256', ofRouter).update(`POST /graphql\n${payload}`).digest('base64url')}`
}

describe('the signed context', () => {
  it('carries the claims to the service it is meant for', () => {
    expect(verify({ ...request, header }, NOW)).toEqual({ by: 'router', claims, once: false })
  })

  it('is signed by HMAC-SHA256 (RFC 2104) of method, path and payload, so that a service in any language can check it', () => {
    expect(made({})).toBe(header)
  })

  it.each([
    ['another body', { body: '{"a":2}' }],
    ['another method', { method: 'PUT' }],
    ['another path', { path: '/charges' }],
    ['another query', { path: '/graphql?a=1' }],
    ['no header', { header: undefined }],
    ['a changed payload', { header: `e30.${header.split('.')[1]}` }],
    ['something behind the mac', { header: `${header}.x` }],
    ['a cut mac', { header: header.slice(0, -4) }],
    ['another service', { header: signContext(ofRouter, { ...signed, audience: 'order' }, NOW) }],
    ['another key', { header: signContext(ofOrder, signed, NOW) }],
  ])('proves nothing with %s', (_, change) => {
    expect(verify({ ...request, header, ...change }, NOW)).toEqual(refused)
  })

  it('is good for 30 seconds', () => {
    expect(verify({ ...request, header }, NOW + 29_999)).toMatchObject({ by: 'router' })
    expect(verify({ ...request, header }, NOW + 30_000)).toEqual(refused)
  })

  it.each([31 * 365 * 86_400_000, 35_001, Number.POSITIVE_INFINITY, '9', undefined])(
    'is not believed to be good for %p ms, whoever has signed it',
    (ms) => {
      expect(verify({ ...request, header: made({ expires: typeof ms === 'number' ? NOW + ms : ms }) }, NOW)).toEqual(
        refused,
      )
    },
  )

  it('may be of a caller whose clock is 5 seconds ahead', () => {
    expect(verify({ ...request, header: made({ expires: NOW + 35_000 }) }, NOW)).toMatchObject({ by: 'router' })
  })
})

describe('the caller', () => {
  const both = new Map([
    ['router', [ofRouter]],
    ['order', [ofOrder]],
  ])

  it('follows from the key, whatever the header says', () => {
    const verify = verifier(both)
    expect(verify({ ...request, header: made({ by: 'order' }) }, NOW)).toMatchObject({ by: 'router' })
    const charge = signContext(ofOrder, { ...signed, claims: null }, NOW)
    expect(verify({ ...request, header: charge }, NOW)).toEqual({ by: 'order', claims: null, once: false })
  })

  it('may sign with either of two keys while one is replaced', () => {
    const verify = verifier(new Map([['router', [ofRouter, former]]]))
    for (const key of [ofRouter, former])
      expect(verify({ ...request, header: signContext(key, signed, NOW) }, NOW)).toMatchObject({ by: 'router' })
    expect(verifier()({ ...request, header: signContext(former, signed, NOW) }, NOW)).toEqual(refused)
  })
})

describe('a key', () => {
  const steps = [former, `${former}|${ofRouter}`, `${ofRouter}|${former}`, ofRouter]

  it.each([1, 2, 3])('is replaced in three steps, in each of which either side may be first: step %i', (step) => {
    const settings = steps.slice(step - 1, step + 1)
    for (const caller of settings)
      for (const receiver of settings) {
        const [key = ''] = sharedKeys.parse(`payment=${caller}`).get('payment') ?? []
        const verify = verifier(sharedKeys.parse(`router=${receiver}`))
        expect(verify({ ...request, header: signContext(key, signed, NOW) }, NOW)).toMatchObject({ by: 'router' })
      }
  })
})

describe('a header that is good once', () => {
  it('is refused the second time, as long as it is valid', () => {
    const [verify, header] = [verifier(), once()]
    expect(verify({ ...request, header }, NOW)).toEqual({ by: 'router', claims, once: true })
    expect(verify({ ...request, header }, NOW)).toEqual(refused)
    expect(verify({ ...request, header }, NOW + 29_999)).toEqual(refused)
  })

  it('is not another one for the same request at the same time', () => {
    const verify = verifier()
    for (const _ of [1, 2]) expect(verify({ ...request, header: once() }, NOW)).toMatchObject({ once: true })
  })

  it('is not used up by a request that is refused', () => {
    const [verify, header] = [verifier(), once()]
    expect(verify({ ...request, header, body: '{}' }, NOW)).toEqual(refused)
    expect(verify({ ...request, header }, NOW)).toMatchObject({ once: true })
  })

  it('is refused rather than forgotten when there is no room, until others have expired', () => {
    const verify = verifier(undefined, 2)
    const [first, second, third] = [once(), once(), once()]
    for (const header of [first, second]) expect(verify({ ...request, header }, NOW)).toMatchObject({ once: true })
    expect(verify({ ...request, header: third }, NOW)).toEqual(refused)
    const later = signContext(ofRouter, { ...signed, once: true }, NOW + 30_000)
    expect(verify({ ...request, header: later }, NOW + 30_000)).toMatchObject({ once: true })
  })

  it('does not make queries count: they may be sent again', () => {
    for (const _ of [1, 2]) expect(verify({ ...request, header }, NOW)).toMatchObject({ once: false })
  })
})
