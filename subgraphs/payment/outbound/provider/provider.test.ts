import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { listen, readBody, sendJson } from '../../../../chassis/http.ts'
import { until } from '../../../../chassis/testing/until.ts'
import type { Provider } from '../../application/ports.ts'
import { openBook } from '../../sandbox/book.ts'
import { routesOf } from '../../sandbox/routes.ts'
import { sandbox } from '../../sandbox/sandbox.ts'
import { httpProvider } from './http.ts'
import { memoryProvider } from './memory.ts'

const log = pino({ level: 'silent' })
const token = 'a-credential-that-nobody-guesses'
const amount = { amount: 50_000, currency: 'KRW' } as const
const charge = (key: string, token = 'tok_ok') => ({ key, token, amount, reference: 'order-1' })
const refund = (key: string, chargeKey: string) => ({ key, chargeKey, amount, reference: 'order-1' })

/** What payment relies on, of any provider. */
function providerBehaviour(make: () => Provider): void {
  it('charges and declines, the same by the same key', async () => {
    const provider = make()
    for (const _ of [1, 2]) {
      expect(await provider.charge(charge('ok'))).toBe('charged')
      expect(await provider.charge(charge('no', 'tok_declined'))).toBe('declined')
    }
  })

  it('voids a charge, made or not, for good', async () => {
    const provider = make()
    await provider.charge(charge('made'))
    for (const key of ['made', 'not made']) {
      expect(await provider.void({ key, reference: 'order-1' })).toBe('voided')
      expect(await provider.charge(charge(key))).toBe('voided')
    }
    expect(await provider.refund(refund('r1', 'made'))).toBe('voided')
  })

  it('answers a void of a declined charge with the decline', async () => {
    const provider = make()
    await provider.charge(charge('declined', 'tok_declined'))
    expect(await provider.void({ key: 'declined', reference: 'order-1' })).toBe('declined')
  })

  it('refunds', async () => {
    const provider = make()
    await provider.charge(charge('charged'))
    for (const _ of [1, 2]) expect(await provider.refund(refund('r2', 'charged'))).toBe('refunded')
    expect(await provider.void({ key: 'charged', reference: 'order-1' })).toBe('refunded')
  })
}

describe('the provider in memory', () => {
  const provider = memoryProvider()
  providerBehaviour(() => provider)
})

describe('the provider over HTTP', () => {
  const bank = sandbox(openBook(undefined), () => new Date())
  const unanswered = new Set<ServerResponse>()
  let server: Awaited<ReturnType<typeof listen>>
  let provider: ReturnType<typeof httpProvider>

  beforeAll(async () => {
    bank.change({ latencyMs: { min: 0, max: 0 } })
    const routes = {
      ...routesOf(bank, token, unanswered),
      '/strange/charges': strange,
      '/cut/charges': cut,
      '/gateway/charges': gateway,
      '/echo/charges': echo,
      '/endless/charges': endless,
    }
    server = await listen({ host: '127.0.0.1', port: 0, needs: [], routes })
    provider = at('')
  })
  afterAll(async () => {
    await provider.close()
    for (const response of unanswered) response.destroy()
    await server.close()
  })
  const at = (path: string, { deadlineMs = 600_000, bears = token, says = log } = {}) =>
    httpProvider({ url: `http://127.0.0.1:${server.port}${path}`, token: bears, deadlineMs, log: says })
  const strange = (_: unknown, response: ServerResponse) => sendJson(response, 200, { outcome: 'perhaps' })
  /** Something before the provider that is overloaded after it has passed the request on. */
  const gateway = (_: unknown, response: ServerResponse) => sendJson(response, 503, { error: 'no upstream answer' })
  const cut = (_: unknown, response: ServerResponse) => void response.destroy()
  /** A debugging proxy that returns the request, including its headers. */
  const echo = async (request: IncomingMessage, response: ServerResponse) => {
    await readBody(request, 10_000)
    sendJson(response, 500, request.headers)
  }
  const endless = (_: unknown, response: ServerResponse) =>
    sendJson(response, 200, { outcome: 'charged', x: 'x'.repeat(1_000_000) })

  providerBehaviour(() => provider)

  it('believes a 503 that says it had no effect, and treats other responses as unknown', async () => {
    expect(await provider.charge(charge('busy', 'tok_unavailable'))).toBe('refused')
    expect(await provider.refund(refund('r', 'no such charge'))).toBe('unknown')
    for (const path of ['/strange', '/cut', '/gateway', '/nowhere', '/endless']) {
      const other = at(path)
      expect(await other.charge(charge('x'))).toBe('unknown')
      await other.close()
    }
  })

  it('bears the credential on every call; another gets nothing done', async () => {
    const stranger = at('', { bears: 'another' })
    await provider.charge(charge('mine'))
    expect(await stranger.charge(charge('theirs'))).toBe('unknown')
    expect(await stranger.void({ key: 'mine', reference: 'order-1' })).toBe('unknown')
    expect(await stranger.refund(refund('r3', 'mine'))).toBe('unknown')
    await stranger.close()
    expect(bank.entries().filter(({ chargeKey }) => ['mine', 'theirs'].includes(chargeKey))).toEqual([
      expect.objectContaining({ type: 'charge', key: 'mine' }),
    ])
  })

  it('never logs the credential, even if the other end repeats it', async () => {
    const lines: string[] = []
    const echoed = at('/echo', { says: pino({}, { write: (line: string) => lines.push(line) }) })
    expect(await echoed.charge(charge('told'))).toBe('unknown')
    await echoed.close()
    expect(lines.join()).toContain('Bearer …')
    expect(lines.join()).not.toContain(token)
  })

  it('gives up at its deadline, knowing nothing', async () => {
    // real time: it is to give up
    const impatient = at('', { deadlineMs: 50 })
    expect(await impatient.charge(charge('lost', 'tok_lost'))).toBe('unknown')
    await impatient.close()
    // Perhaps it has given up before it was heard: then the next one's answer is the one that is lost.
    const patient = at('', { deadlineMs: 5_000 })
    await until(async () => (await patient.charge(charge('lost', 'tok_lost'))) === 'charged')
    await patient.close()
  })

  it('recognizes that nothing was reached if nothing listens', async () => {
    const gone = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: {} })
    await gone.close()
    const provider = httpProvider({ url: `http://127.0.0.1:${gone.port}`, token, deadlineMs: 5_000, log })
    expect(await provider.charge(charge('nobody'))).toBe('refused')
    await provider.close()
  })
})
