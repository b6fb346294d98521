import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import type { Guard } from '../../../../chassis/guard.ts'
import { listen, readBody, sendJson } from '../../../../chassis/http.ts'
import { CONTEXT_HEADER, createVerifier } from '../../../../chassis/signed-context.ts'
import { until } from '../../../../chassis/testing/until.ts'
import { paymentClient } from './client.ts'

const key = 'o'.repeat(32)
const [orderId, customerId] = ['019b0000-0000-7000-8000-0000000000aa', '019b0000-0000-7000-8000-00000000000c']
const charge = { orderId, customerId, amount: { amount: 50_000, currency: 'KRW' as const }, token: 'tok_secret' }
const deferred = { answer: 'Deferred', retryAfterSeconds: expect.any(Number) }

/** The requests to the instances of payment, in order. */
let asked: { instance: number; header: string | undefined; body: string }[] = []
let answer: (response: ServerResponse) => void
let lines: string[] = []
let servers: Awaited<ReturnType<typeof listen>>[]

const instance = (number: number) =>
  listen({
    host: '127.0.0.1',
    port: 0,
    needs: [],
    routes: {
      '/charges': async (request, response) => {
        const body = (await readBody(request, 10_000)).toString()
        asked.push({ instance: number, header: request.headers[CONTEXT_HEADER]?.toString(), body })
        answer(response)
      },
    },
  })
const log = pino({}, { write: (line: string) => void lines.push(line) })
const urlOf = ({ port }: { port: number }) => `http://127.0.0.1:${port}`
/** A deadline that no answering instance exceeds. */
const PATIENT_MS = 600_000
const clientOf = (
  urls: string[],
  change: Partial<
    Pick<Parameters<typeof paymentClient>[0], 'deadlineMs' | 'atOnce' | 'atOnceEach' | 'onInstance'>
  > = {},
) => paymentClient({ urls, deadlineMs: PATIENT_MS, atOnce: 100, atOnceEach: 2, key, log, ...change })

beforeAll(async () => {
  servers = await Promise.all([0, 1, 2].map(instance))
})
afterAll(() => Promise.all(servers.map(({ close }) => close())))
beforeEach(() => {
  asked = []
  lines = []
  answer = (response) => sendJson(response, 200, { answer: 'Approved' })
})
const urls = () => servers.map(urlOf)

describe('a charge request to payment', () => {
  it.each(['Approved', 'Declined', 'Closed'])('takes a clear answer: %s', async (said) => {
    answer = (response) => sendJson(response, 200, { answer: said })
    expect(await clientOf(urls())(charge)).toEqual({ answer: said })
  })

  it.each([null, 1_800])('takes that no more is tried, and for how long: %p', async (retryAfterSeconds) => {
    answer = (response) => sendJson(response, 200, { answer: 'TooManyDeclined', retryAfterSeconds })
    expect(await clientOf(urls())(charge)).toEqual({ answer: 'TooManyDeclined', retryAfterSeconds })
  })

  it.each(['Pending', 'Unavailable'])('is deferred as long as payment says: %s', async (said) => {
    answer = (response) => sendJson(response, 200, { answer: said, retryAfterSeconds: 7 })
    expect(await clientOf(urls())(charge)).toEqual({ answer: 'Deferred', retryAfterSeconds: 7 })
    answer = (response) => sendJson(response, 200, { answer: said })
    expect(await clientOf(urls())(charge)).toEqual(deferred)
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['a failure', (response) => sendJson(response, 500, { answer: 'Approved' })],
    ['a refusal', (response) => sendJson(response, 401, { error: 'Only order may ask.' })],
    ['no JSON', (response) => response.end('Approved')],
    ['nothing', (response) => response.end()],
    ['another word', (response) => sendJson(response, 200, { answer: 'Perhaps' })],
    ['half an answer', (response) => response.write('{"answer":', () => response.destroy())],
    ['a cut connection', (response) => response.destroy()],
  ])('is deferred by what is no clear answer: %s', async (_, unclear) => {
    answer = unclear
    expect(await clientOf(urls())(charge)).toEqual(deferred)
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['nothing comes', () => {}],
    ['it stops in the middle', (response) => response.writeHead(200).write('{"answer":')],
  ])('is deferred at the deadline where %s', async (_, hanging) => {
    answer = hanging
    // real time: payment hangs
    expect(await clientOf(urls(), { deadlineMs: 100 })(charge)).toEqual(deferred)
    expect(asked.length).toBeLessThan(2)
  })

  it('has a deadline that starts with the customer’s request', async () => {
    answer = () => {}
    const ask = clientOf(urls())
    expect(await ask(charge, new Date(Date.now() - PATIENT_MS + 50))).toEqual(deferred)
  })

  it('is deferred if no instance listens, or none is configured', async () => {
    const gone = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: {} })
    await gone.close()
    expect(await clientOf([urlOf(gone)])(charge)).toEqual(deferred)
    expect(await clientOf([])(charge)).toEqual(deferred)
  })

  it('is signed for payment by order, for just this charge, and tells how long payment may take', async () => {
    await clientOf(urls(), { deadlineMs: 60_000 })(charge)
    const { header, body } = asked[0] ?? { header: undefined, body: '' }
    const { deadlineMs, ...sent } = JSON.parse(body)
    expect(sent).toEqual(charge)
    expect([deadlineMs > 0, deadlineMs <= 60_000]).toEqual([true, true])
    const verifiedBy = (audience: string, change: { body?: string; path?: string } = {}) =>
      createVerifier(audience, new Map([['order', [key]]]))(
        { method: 'POST', path: '/charges', body, header, ...change },
        Date.now(),
      )
    expect(verifiedBy('payment')).toEqual({ by: 'order', claims: null, once: true })
    const refused = { refused: expect.any(String) }
    expect(verifiedBy('order')).toEqual(refused)
    expect(verifiedBy('payment', { body: '{}' })).toEqual(refused)
    expect(verifiedBy('payment', { path: '/graphql' })).toEqual(refused)
  })

  it('is signed anew, as often as payment is asked: by the same call too', async () => {
    const ask = clientOf(urls())
    for (const _ of [1, 2, 3]) await ask(charge)
    answer = (response) => response.destroy()
    await ask(charge)
    expect(new Set(asked.map(({ header }) => header)).size).toBe(asked.length)
    expect(asked.length).toBeGreaterThan(3)
  })

  it('goes to the instances in turn, also after one that does not answer', async () => {
    const ask = clientOf(urls())
    for (const _ of [1, 2, 3, 4]) await ask(charge)
    expect(asked.map(({ instance }) => instance)).toEqual([0, 1, 2, 0])
    answer = (response) => response.destroy()
    expect(await ask(charge)).toEqual(deferred)
    answer = (response) => sendJson(response, 200, { answer: 'Approved' })
    expect(await ask(charge)).toEqual({ answer: 'Approved' })
    expect(asked.map(({ instance }) => instance)).toEqual([0, 1, 2, 0, 1, 2, 2])
  })

  it('goes to another instance at once if one is gone', async () => {
    const gone = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: {} })
    await gone.close()
    const ask = clientOf([urlOf(gone), ...urls().slice(0, 1)])
    for (const _ of [1, 2, 3]) expect(await ask(charge)).toEqual({ answer: 'Approved' })
    expect(asked).toHaveLength(3)
  })

  it.each([
    ['the only instance', 1],
    ['another instance', 2],
  ])('is sent once more, signed anew, to %s if the connection ends without an answer', async (_, count) => {
    answer = (response) => {
      answer = (next) => sendJson(next, 200, { answer: 'Approved' })
      response.destroy()
    }
    expect(await clientOf(urls().slice(0, count))(charge)).toEqual({ answer: 'Approved' })
    expect(asked).toHaveLength(2)
    const charges = asked.map(({ body }) => {
      const { deadlineMs: _, ...sent } = JSON.parse(body)
      return sent
    })
    expect(charges).toEqual([charge, charge])
    expect(asked[0]?.header).not.toBe(asked[1]?.header)
    expect(asked.map(({ instance }) => instance)).toEqual([0, count - 1])
  })

  const one = () => urls().slice(0, 1)
  /** The nth customer's payment by the mth token. */
  const by = (customer: number, token = 0) => ({
    ...charge,
    customerId: `019b0000-0000-7000-8000-${String(customer).padStart(12, '0')}`,
    token: `tok_${token}`,
  })
  const DEFERRED_AT_ONCE = { answer: 'Deferred', retryAfterSeconds: 3 }

  it('is deferred at once, without a request, above the limit of concurrent requests', async () => {
    const waiting = Promise.withResolvers<ServerResponse>()
    answer = waiting.resolve
    const ask = clientOf(one(), { atOnce: 1 })
    const first = ask(by(1))
    expect(await ask(by(2))).toEqual(DEFERRED_AT_ONCE)
    sendJson(await waiting.promise, 200, { answer: 'Approved' })
    expect(await first).toEqual({ answer: 'Approved' })
    expect(asked).toHaveLength(1)
  })

  it('is sent once for equal concurrent charges', async () => {
    const ask = clientOf(one())
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(charge)))
    expect(answers).toEqual(Array(50).fill({ answer: 'Approved' }))
    expect(asked).toHaveLength(1)
  })

  describe('of a customer with two in progress', () => {
    const tokensAsked = () => asked.map(({ body }) => JSON.parse(body).token)
    /** A customer's first two payments, which payment has heard of and does not answer before `approve`. */
    const twoUnderWay = async (ask: ReturnType<typeof clientOf>, since = new Date()) => {
      const waiting: ServerResponse[] = []
      answer = (response) => void waiting.push(response)
      const under = [ask(by(1, 1), since), ask(by(1, 2), since)]
      await until(() => waiting.length === 2, 'payment has heard of two')
      answer = (response) => sendJson(response, 200, { answer: 'Approved' })
      const approve = () => {
        for (const response of waiting.splice(0)) answer(response)
      }
      return { under, approve }
    }

    it('waits for its turn, and others do not wait', async () => {
      const ask = clientOf(one())
      const { under, approve } = await twoUnderWay(ask)
      const third = ask(by(1, 3))
      expect(await ask(by(2))).toEqual({ answer: 'Approved' })
      expect(tokensAsked()).not.toContain('tok_3')
      approve()
      expect(await Promise.all([...under, third])).toEqual(Array(3).fill({ answer: 'Approved' }))
    })

    it('waits for all instances, because the share is common to them', async () => {
      const ask = clientOf(urls())
      const { under, approve } = await twoUnderWay(ask)
      const third = ask(by(1, 3))
      await ask(by(2))
      expect(tokensAsked()).not.toContain('tok_3')
      approve()
      await Promise.all([...under, third])
    })

    it('is deferred at the deadline, which starts with the customer’s request, and is not sent', async () => {
      const ask = clientOf(one())
      const { under, approve } = await twoUnderWay(ask)
      expect(await ask(by(1, 3), new Date(Date.now() - PATIENT_MS + 50))).toEqual(DEFERRED_AT_ONCE)
      approve()
      await Promise.all(under)
      expect(tokensAsked()).not.toContain('tok_3')
    })

    it('is deferred at once if eight wait already', async () => {
      const ask = clientOf(one())
      const { under, approve } = await twoUnderWay(ask)
      const waiting = Array.from({ length: 8 }, (_, n) => ask(by(1, 3 + n)))
      expect(await ask(by(1, 11))).toEqual(DEFERRED_AT_ONCE)
      approve()
      expect(await Promise.all([...under, ...waiting])).toEqual(Array(10).fill({ answer: 'Approved' }))
    })
  })

  const late = (response: ServerResponse) => sendJson(response, 200, { answer: 'Pending', late: true })
  const unclear = (response: ServerResponse) => sendJson(response, 200, { answer: 'Perhaps' })
  /** The number of requests that reach payment, of `count` requests by `customers` customers in turn. */
  const askedOf = async (calls: number, customers: number) => {
    const ask = clientOf(one())
    for (let call = 0; call < calls; call++) await ask(by(call % customers, call))
    return asked.length
  }

  it.each([
    ['an outcome that comes late', late],
    ['no clear answer', unclear],
  ])('is spared for a while after ten customers met %s', async (_, bad) => {
    answer = bad
    expect(await askedOf(26, 26)).toBe(10)
  })

  it.each([
    ['one customer', 1],
    ['nine', 9],
  ])('is not spared because of %s, however often their payments are late', async (_, customers) => {
    answer = late
    expect(await askedOf(200, customers)).toBe(200)
  })

  it('is not spared while most customers are answered in time', async () => {
    const ask = clientOf(one())
    for (let customer = 0; customer < 11; customer++) await ask(by(customer))
    answer = late
    for (let call = 0; call < 200; call++) await ask(by(100 + (call % 10), call))
    expect(asked).toHaveLength(211)
  })

  it('gets no more calls after ten that did not reach it, from any customer', async () => {
    const gone = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: {} })
    await gone.close()
    const ask = clientOf([urlOf(gone)])
    for (let call = 0; call < 12; call++) await ask(by(1, call))
    expect(lines.filter((line) => line.includes('did not answer'))).toHaveLength(10)
  })

  it.each(['Unavailable', 'Declined', 'Pending'])('gets further calls if it answers at once: %s', async (said) => {
    answer = (response) => sendJson(response, 200, { answer: said })
    expect(await askedOf(26, 26)).toBe(26)
  })

  it('keeps calling a healthy instance while another one fails', async () => {
    let hanging = 0
    const frozen = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: { '/charges': () => void hanging++ } })
    const guards = new Map<number, Guard>()
    const ask = clientOf([urlOf(frozen), ...one()], { onInstance: (number, guard) => guards.set(number, guard) })
    const broken = () => [...guards].map(([number, guard]) => [number, guard.isBroken()])
    expect(broken()).toEqual([
      [1, false],
      [2, false],
    ])
    // Only the calls that hang have little time left: those of the first round to the first instance.
    const pay = (customers: number[], leftMs: (n: number) => number) =>
      Promise.all(customers.map(async (n) => (await ask(by(n), new Date(Date.now() - PATIENT_MS + leftMs(n)))).answer))
    // Half of the first 20 go to the one that hangs; then its circuit is open, and all go to the other.
    await pay([...Array(20).keys()], (n) => (n % 2 === 0 ? 50 : PATIENT_MS))
    expect(await pay([...Array(20).keys()], () => PATIENT_MS)).toEqual(Array(20).fill('Approved'))
    expect(hanging).toBe(10)
    expect(broken()).toEqual([
      [1, true],
      [2, false],
    ])
    await frozen.close()
  })

  it('logs the order whose outcome is unknown, without the token', async () => {
    answer = (response) => sendJson(response, 500, {})
    await clientOf(urls())(charge)
    expect(lines.join()).toContain(orderId)
    expect(lines.join()).not.toContain('tok_secret')
  })
})
