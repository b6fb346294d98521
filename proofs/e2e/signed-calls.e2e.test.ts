import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CONTEXT_HEADER, signContext } from '../../chassis/signed-context.ts'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import { type Stack, startStack } from '../testing/stack.ts'

// What one compromised process can make the others believe, by the keys that it has.
let stack: Stack
let keyOf: (pair: string) => string
let ports: Map<string, number>
beforeAll(async () => {
  stack = await startStack()
  const secret = secretsIn(join(stack.dataDir, 'secrets.json'))
  keyOf = (pair) => secret(`context.${pair}`)
  ports = new Map((await stack.processes()).map(({ name, port }) => [name, port]))
})
afterAll(async () => stack?.stop())

type Forged = { pair: string; to: string; path?: string; body?: string; now?: number; once?: boolean }
const lee = { sub: randomUUID(), roles: ['CUSTOMER'], scopes: [] }
const charge = (change: object = {}) =>
  JSON.stringify({
    ...{ orderId: randomUUID(), customerId: lee.sub, amount: { amount: 1, currency: 'KRW' }, token: 'tok_ok' },
    ...change,
  })
const QUERY = '{"query":"{ __typename }"}'

/** A request signed with a pair's key, and how it is answered as often as it is sent. */
async function sent({ pair, to, path = '/graphql', body = QUERY, now = Date.now(), once = false }: Forged, times = 1) {
  const request = { method: 'POST', path, audience: to, claims: lee, body, once }
  const headers = { 'content-type': 'application/json', [CONTEXT_HEADER]: signContext(keyOf(pair), request, now) }
  const statuses: number[] = []
  for (let n = 0; n < times; n++)
    statuses.push((await fetch(`http://127.0.0.1:${ports.get(to)}${path}`, { method: 'POST', headers, body })).status)
  return statuses
}

describe('the holder of one key', () => {
  it.each<[string, () => Forged]>([
    ['asks another context as any user', () => ({ pair: 'router-item', to: 'order' })],
    ['asks delivery with order’s key for payment', () => ({ pair: 'order-payment', to: 'delivery' })],
    ['asks payment as any user, being order', () => ({ pair: 'order-payment', to: 'payment' })],
    [
      'charges, being my-page',
      () => ({ pair: 'router-my-page', to: 'payment', path: '/charges', body: charge(), once: true }),
    ],
    [
      'charges with the router’s key for payment',
      () => ({ pair: 'router-payment', to: 'payment', path: '/charges', body: charge(), once: true }),
    ],
    [
      'makes a header for 31 years',
      () => ({ pair: 'router-order', to: 'order', now: Date.now() + 31 * 365 * 86_400_000 }),
    ],
  ])('is refused where it %s', async (_, forged) => {
    expect(await sent(forged())).toEqual([401])
  })

  it('can do what the key is for', async () => {
    expect(await sent({ pair: 'router-order', to: 'order' }, 2)).toEqual([200, 200])
    const nothing = charge({ amount: { amount: 0, currency: 'KRW' } })
    expect(await sent({ pair: 'order-payment', to: 'payment', path: '/charges', body: nothing, once: true })).toEqual([
      400,
    ])
  })

  it('has a mutation and a charge done once, however often they are sent', async () => {
    const body = `{"query":"mutation { cancelOrder(input: { orderId: \\"${randomUUID()}\\" }) { __typename } }"}`
    expect(await sent({ pair: 'router-order', to: 'order', body, once: true }, 3)).toEqual([200, 401, 401])
    const declined = charge({ token: 'tok_declined' })
    const request = { pair: 'order-payment', to: 'payment', path: '/charges', body: declined, once: true }
    expect(await sent(request, 3)).toEqual([200, 401, 401])
  })
})
