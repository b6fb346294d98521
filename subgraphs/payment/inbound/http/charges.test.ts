import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { listen } from '../../../../chassis/http.ts'
import { CONTEXT_HEADER, signContext } from '../../../../chassis/signed-context.ts'
import { recordedAudit } from '../../../../chassis/testing/recorded-audit.ts'
import { until } from '../../../../chassis/testing/until.ts'
import type { ChargeRequest } from '../../application/charge.ts'
import type { Answer } from '../../domain/payment.ts'
import { amount, customerId, orderId } from '../../testing/payments.ts'
import { charges } from './charges.ts'

const [ofOrder, ofRouter] = ['o'.repeat(32), 'r'.repeat(32)]
const callers = new Map([
  ['order', [ofOrder]],
  ['router', [ofRouter]],
])
const request = { orderId, customerId, amount, token: 'tok_secret' }

let charged: ChargeRequest[] = []
let lines: string[] = []
let charge: () => Promise<Answer>
const audit = recordedAudit()
let server: Awaited<ReturnType<typeof listen>>

beforeAll(async () => {
  const log = pino({}, { write: (line: string) => void lines.push(line) })
  const route = charges({
    callers,
    log,
    audit,
    charge: (asked) => {
      charged.push(asked)
      return charge()
    },
  })
  server = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: { '/charges': route } })
})
afterAll(() => server.close())
beforeEach(() => {
  charged = []
  lines = []
  audit.events.length = 0
  charge = async () => 'Approved'
})

type Signing = Partial<Parameters<typeof signContext>[1]> & { key?: string }

async function post(content: unknown, signing: Signing | null = {}, method = 'POST') {
  const body = typeof content === 'string' ? content : JSON.stringify(content)
  const { key = ofOrder, ...change } = signing ?? {}
  const signed = { method, path: '/charges', audience: 'payment', claims: null, body, once: true, ...change }
  const response = await fetch(`http://127.0.0.1:${server.port}/charges`, {
    method,
    ...(method === 'POST' && { body }),
    headers: signing ? { [CONTEXT_HEADER]: signContext(key, signed, Date.now()) } : {},
  })
  return { status: response.status, body: await response.json() }
}

describe('POST /charges', () => {
  it('has the audit trail say what came of it, also after the caller was answered', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    charge = () => promise
    // real time: this charge is answered later than the caller waits
    expect(await post({ ...request, deadlineMs: 1 })).toMatchObject({ body: { answer: 'Pending' } })
    expect(audit.events).toEqual([])
    resolve({ answer: 'TooManyDeclined', retryAfterSeconds: null })
    await until(() => audit.events.length > 0)
    const of = { event: 'charge', who: `user ${customerId}`, on: [orderId] }
    expect(audit.events).toEqual([{ ...of, outcome: 'TooManyDeclined' }])
    charge = async () => 'Approved'
    await post(request)
    expect(audit.events.slice(1)).toEqual([{ ...of, outcome: 'Approved' }])
    await post(request, null)
    await post(request, { key: ofRouter })
    expect(audit.events.slice(2)).toMatchObject([
      { event: 'request', who: 'nobody', outcome: 'unsigned' },
      { event: 'request', who: 'router', outcome: 'unsigned' },
    ])
    expect(JSON.stringify(audit.events)).not.toContain('tok_secret')
  })

  it.each(['Approved', 'Declined', 'Closed'] as const)('answers %s', async (answer) => {
    charge = async () => answer
    expect(await post(request)).toEqual({ status: 200, body: { answer } })
    expect(charged).toEqual([request])
  })

  it.each(['Pending', 'Unavailable'] as const)('answers %s, and when to try again', async (answer) => {
    charge = async () => answer
    expect(await post(request)).toEqual({ status: 200, body: { answer, retryAfterSeconds: expect.any(Number) } })
  })

  it.each([null, 1_800])('answers TooManyDeclined, and when another may be tried: %p', async (retryAfterSeconds) => {
    charge = async () => ({ answer: 'TooManyDeclined', retryAfterSeconds })
    expect(await post(request)).toEqual({ status: 200, body: { answer: 'TooManyDeclined', retryAfterSeconds } })
  })

  it('answers Pending at the deadline it is given', async () => {
    charge = () => new Promise(() => {})
    // real time: this charge hangs
    expect(await post({ ...request, deadlineMs: 20 })).toMatchObject({
      status: 200,
      body: { answer: 'Pending', late: true },
    })
  })

  it('answers Pending where it fails itself, and logs why, without the token', async () => {
    charge = async () => {
      throw new Error('the database is away')
    }
    expect(await post(request)).toMatchObject({ status: 200, body: { answer: 'Pending' } })
    expect(lines.join()).toContain('the database is away')
    expect(lines.join()).toContain(orderId)
    expect(lines.join()).not.toContain('tok_secret')
  })

  it.each([
    ['nobody', null],
    ['the router', { key: ofRouter }],
    ['who has no key', { key: 'x'.repeat(32) }],
    ['order asking another service', { audience: 'order' }],
    ['order about another body', { body: '{}' }],
    ['order asking something else of payment', { path: '/graphql' }],
    ['what could be sent again', { once: false }],
  ] as [string, Signing | null][])('is closed to %s', async (_, signing) => {
    expect(await post(request, signing)).toEqual({ status: 401, body: { error: expect.any(String) } })
    expect(charged).toEqual([])
  })

  it.each([
    ['no JSON', '{'],
    ['no order', { ...request, orderId: 'order-1' }],
    ['another currency', { ...request, amount: { amount: 1, currency: 'USD' } }],
    ['no money', { ...request, amount: { amount: 0, currency: 'KRW' } }],
    ['less than none', { ...request, amount: { amount: -1, currency: 'KRW' } }],
    ['too much money', { ...request, amount: { amount: 2_000_000_001, currency: 'KRW' } }],
    ['too long a token', { ...request, token: 'tok_secret'.repeat(26) }],
  ])('refuses what is no charge, without repeating it: %s', async (_, content) => {
    const { status, body } = await post(content)
    expect(status).toBe(400)
    expect(JSON.stringify(body)).not.toContain('tok_secret')
    expect(charged).toEqual([])
  })

  it('takes a request once: who has got hold of it can not send it again', async () => {
    const body = JSON.stringify(request)
    const asked = { method: 'POST', path: '/charges', audience: 'payment', claims: null, body, once: true }
    const headers = { [CONTEXT_HEADER]: signContext(ofOrder, asked, Date.now()) }
    const statusOf = async () =>
      (await fetch(`http://127.0.0.1:${server.port}/charges`, { method: 'POST', body, headers })).status
    expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([200, 401, 401])
    expect(charged).toEqual([request])
    expect(lines.join()).toContain('used before')
  })

  it('is a POST', async () => {
    expect(await post('', {}, 'GET')).toMatchObject({ status: 405 })
  })
})
