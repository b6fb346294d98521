import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { signContext, verifyContext } from './signed-context.ts'

const secret = 's'.repeat(32)
const claims = { sub: 'lee', roles: ['CUSTOMER'], scopes: [] }
const header = signContext(secret, { audience: 'order', by: 'router', claims, body: '{"a":1}' }, 1_000)

describe('the signed context', () => {
  it('carries the claims to the service it is meant for', () => {
    const context = verifyContext(secret, { audience: 'order', header, body: '{"a":1}' }, 2_000)
    expect(context).toMatchObject({ claims, by: 'router' })
  })

  it('is signed by HMAC-SHA256 (RFC 2104), so that a service in any language can check it', () => {
    const [payload = '', mac] = header.split('.')
    expect(mac).toBe(createHmac('sha256', secret).update(payload).digest('base64url'))
  })

  it.each([
    ['another body', { audience: 'order', header, body: '{"a":2}' }, secret, 2_000],
    ['another service', { audience: 'payment', header, body: '{"a":1}' }, secret, 2_000],
    ['a later time', { audience: 'order', header, body: '{"a":1}' }, secret, 1_000_000],
    ['another key', { audience: 'order', header, body: '{"a":1}' }, 'x'.repeat(32), 2_000],
    ['no header', { audience: 'order', header: undefined, body: '{"a":1}' }, secret, 2_000],
    ['a changed payload', { audience: 'order', header: `e30.${header.split('.')[1]}`, body: '{"a":1}' }, secret, 2_000],
    ['something behind the mac', { audience: 'order', header: `${header}.x`, body: '{"a":1}' }, secret, 2_000],
    ['a cut mac', { audience: 'order', header: header.slice(0, -4), body: '{"a":1}' }, secret, 2_000],
  ])('proves nothing with %s', (_, request, key, now) => {
    expect(verifyContext(key, request, now)).toBeNull()
  })
})
