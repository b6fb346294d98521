import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { createLimits } from './limits.ts'

const post = (authorization?: string) =>
  Object.assign(new IncomingMessage(new Socket()), { method: 'POST', url: '/token', headers: { authorization } })

// issuer.test.ts has the rest, over HTTP.
describe('the limits of the issuer', () => {
  it('take nobody for a client who gives no credentials', () => {
    const limits = createLimits({ perMinute: 1, proxies: 0 })
    limits.accept(post(), 'public')
    limits.accept(post('Basic good'), 'known')
    expect([limits.wait(post()), limits.wait(post('Basic good'))]).toEqual([0, 0])
    limits.accept(post(), 'another')
    expect(limits.wait(post())).toBeGreaterThan(0)
  })

  it('forget credentials that are refused', () => {
    const limits = createLimits({ perMinute: 1, proxies: 0 })
    limits.accept(post('Basic old'), 'known')
    limits.refuse(post('Basic old'))
    expect(limits.wait(post('Basic old'))).toBe(0)
    expect(limits.wait(post())).toBeGreaterThan(0)
  })
})
