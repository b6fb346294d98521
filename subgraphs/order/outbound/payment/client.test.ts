import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { listen, readBody, sendJson } from '../../../../chassis/http.ts'
import { CONTEXT_HEADER, verifyContext } from '../../../../chassis/signed-context.ts'
import { paymentClient } from './client.ts'

const secret = 's'.repeat(32)
const [orderId, customerId] = ['019b0000-0000-7000-8000-0000000000aa', '019b0000-0000-7000-8000-00000000000c']
const charge = { orderId, customerId, amount: { amount: 50_000, currency: 'KRW' as const }, token: 'tok_secret' }
const deferred = { answer: 'Deferred', retryAfterSeconds: expect.any(Number) }

/** What the instances of payment were asked, in order. */
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
/** Nobody who answers is too slow. */
const PATIENT_MS = 600_000
const clientOf = (urls: string[], change: { deadlineMs?: number; atOnce?: number } = {}) =>
  paymentClient({ urls, deadlineMs: PATIENT_MS, atOnce: 100, secret, log, ...change })

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

describe('asking payment to charge', () => {
  it.each(['Approved', 'Declined', 'Closed'])('takes a clear answer: %s', async (said) => {
    answer = (response) => sendJson(response, 200, { answer: said })
    expect(await clientOf(urls())(charge)).toEqual({ answer: said })
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

  it('counts the deadline from when the customer asked', async () => {
    answer = () => {}
    const ask = clientOf(urls())
    expect(await ask(charge, new Date(Date.now() - PATIENT_MS + 50))).toEqual(deferred)
  })

  it('is deferred where nobody listens, and where no instance is known', async () => {
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
    const signed = (audience: string, about: string) =>
      verifyContext(secret, { audience, header, body: about }, Date.now())
    expect(signed('payment', body)).toMatchObject({ by: 'order', claims: null })
    expect(signed('order', body)).toBeNull()
    expect(signed('payment', '{}')).toBeNull()
  })

  it('asks the instances in turn, the next one too after one that does not answer', async () => {
    const ask = clientOf(urls())
    for (const _ of [1, 2, 3, 4]) await ask(charge)
    expect(asked.map(({ instance }) => instance)).toEqual([0, 1, 2, 0])
    answer = (response) => response.destroy()
    expect(await ask(charge)).toEqual(deferred)
    answer = (response) => sendJson(response, 200, { answer: 'Approved' })
    expect(await ask(charge)).toEqual({ answer: 'Approved' })
    expect(asked.map(({ instance }) => instance)).toEqual([0, 1, 2, 0, 1, 2])
  })

  it('asks another instance at once in place of one that is gone', async () => {
    const gone = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: {} })
    await gone.close()
    const ask = clientOf([urlOf(gone), ...urls().slice(0, 1)])
    for (const _ of [1, 2, 3]) expect(await ask(charge)).toEqual({ answer: 'Approved' })
    expect(asked).toHaveLength(3)
  })

  const one = () => urls().slice(0, 1)
  const other = (number: number) => ({ ...charge, token: `tok_${number}` })

  it('is deferred at once, and payment not asked, beyond what is asked at once', async () => {
    const waiting = Promise.withResolvers<ServerResponse>()
    answer = waiting.resolve
    const ask = clientOf(one(), { atOnce: 1 })
    const first = ask(charge)
    expect(await ask(other(1))).toEqual({ answer: 'Deferred', retryAfterSeconds: 3 })
    sendJson(await waiting.promise, 200, { answer: 'Approved' })
    expect(await first).toEqual({ answer: 'Approved' })
    expect(asked).toHaveLength(1)
  })

  it('asks once for equal charges that are under way at once', async () => {
    const ask = clientOf(one())
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(charge)))
    expect(answers).toEqual(Array(50).fill({ answer: 'Approved' }))
    expect(asked).toHaveLength(1)
  })

  /** How often payment was asked, of 26 times that it would answer so. */
  const askedInAll = async (body: object) => {
    answer = (response) => sendJson(response, 200, body)
    const ask = clientOf(one())
    for (let call = 0; call < 26; call++) await ask(charge)
    return asked.length
  }

  it.each([{ answer: 'Pending', late: true }, { answer: 'Perhaps' }])(
    'spares payment where it knows no outcome in time, again and again: %j',
    async (body) => {
      expect(await askedInAll(body)).toBe(20)
    },
  )

  it.each(['Unavailable', 'Declined', 'Pending'])('does not spare it where it answers at once: %s', async (said) => {
    expect(await askedInAll({ answer: said })).toBe(26)
  })

  it('goes on asking the instance that is well, whatever becomes of another', async () => {
    let hanging = 0
    const frozen = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: { '/charges': () => void hanging++ } })
    const ask = clientOf([urlOf(frozen), ...one()])
    const answers = []
    for (let call = 0; call < 60; call++) {
      // Only the calls that hang have little time left.
      const since = new Date(Date.now() - (call < 40 && call % 2 === 0 ? PATIENT_MS - 50 : 0))
      answers.push((await ask(other(call), since)).answer)
    }
    // Half of the first 40 go to the one that hangs; then its circuit is open, and all go to the other.
    expect(hanging).toBe(20)
    expect(answers.slice(40)).toEqual(Array(20).fill('Approved'))
    await frozen.close()
  })

  it('logs of which order it learned nothing, without the token', async () => {
    answer = (response) => sendJson(response, 500, {})
    await clientOf(urls())(charge)
    expect(lines.join()).toContain(orderId)
    expect(lines.join()).not.toContain('tok_secret')
  })
})
