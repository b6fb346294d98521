import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { connectNats } from '../../chassis/nats/connection.ts'
import { until } from '../../chassis/testing/until.ts'
import { ask } from '../../scripts/client.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { secretsIn } from '../../scripts/launcher/infrastructure/secrets.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { uuidOf } from './ids.ts'
import { entryBecomes, FACTS_OF_AN_ORDER, orderOf, type People, people, type ResultFields } from './people.ts'

let stack: Stack
let app: People
beforeAll(async () => {
  // Short timeouts only for the services that are frozen here.
  stack = await startStack({ env: { SUBGRAPH_TIMEOUTS: 'store=5000,item=5000' } })
  app = await people(stack)
})
afterAll(async () => stack?.stop())

/** The running process of this name, other than `before`. */
const processCalled = (name: string, before?: number) =>
  until(
    async () => (await stack.processes()).find((process) => process.name === name && process.pid !== before),
    `${name} runs`,
  )
const signal = async (name: string, what: NodeJS.Signals) => process.kill((await processCalled(name)).pid, what)

/** The item on the menu, as soon as the router answers. */
const gypsophila = () =>
  until(async () => {
    const menu = await app.menu().catch(() => [])
    return menu.find(({ name }) => name === '안개꽃한다발')
  }, 'the menu is there')
const available = async () => (await gypsophila()).available ?? 0

/** Repeats placeOrder with the same key until the order is paid, as an app does after a lost response. */
const placeUntilAnswered = async (idempotencyKey: string): Promise<ResultFields> => {
  const item = await gypsophila()
  return until(async () => {
    const placed = await app.place('lee', item, 1, { idempotencyKey }).catch(() => null)
    return placed?.order && !['AWAITING_PAYMENT', 'PAYMENT_FAILED'].includes(placed.order.status) && placed
  }, 'the order is paid')
}

/** The provider's entries for an order. */
const bookOf = async (orderId: string): Promise<string[]> => {
  const { entries } = (await stack.sandbox(`/book?reference=${uuidOf(orderId)}`)) as { entries: { type: string }[] }
  return entries.map(({ type }) => type)
}

describe('store and item frozen', () => {
  it('the menu lacks only their fields; orders are placed and paid, and proceed when they run again', async () => {
    const item = await gypsophila()
    await signal('store', 'SIGSTOP')
    const menu = await ask<{ items: { nodes: { name: string; store: unknown }[] } | null }>(
      stack.url,
      '{ items { nodes { name store { name } } } }',
      { timeoutMs: 120_000 },
    )
    expect(menu.data?.items?.nodes).toContainEqual({ name: '안개꽃한다발', store: null })
    expect(menu.errors?.[0]?.path?.slice(0, 2)).toEqual(['items', 'nodes'])

    await signal('item', 'SIGSTOP')
    const placed = await app.place('lee', item, 1)
    expect(placed).toMatchObject({ __typename: 'OrderPayload', order: { status: 'PAID' } })
    await signal('store', 'SIGCONT')
    await signal('item', 'SIGCONT')

    await app.stepWhenReady('bundang', 'receive', placed.order.id)
    await entryBecomes(app, 'lee', placed.order.id, 'RECEIVED')
  })
})

describe('a database that is read-only for a while', () => {
  it('makes customers retry, and nothing is done twice', async () => {
    const item = await gypsophila()
    const { port } = await processCalled('postgres')
    const password = secretsIn(join(stack.dataDir, 'secrets.json'))('postgres')
    const operator = new pg.Client(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`)
    await operator.connect()
    const setReadOnly = async (value: 'on' | 'off') => {
      await operator.query(`alter database flower_order set default_transaction_read_only = ${value}`)
      await operator.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'flower_order'")
    }
    const idempotencyKey = 'while nothing can be written'
    const query = 'mutation ($input: PlaceOrderInput!) { placed: placeOrder(input: $input) { __typename } }'
    const place = () => app.as('lee', query, { input: { ...orderOf(item, 1), idempotencyKey } })

    await setReadOnly('on')
    const code = 'SERVICE_UNAVAILABLE'
    const message = 'The order service is temporarily unavailable. Try again in a moment.'
    // The first request may use a session that was just ended.
    for (let time = 0; time < 2; time++)
      expect(await place()).toMatchObject({
        data: { placed: null },
        errors: [{ message, path: ['placed'], extensions: { code, service: 'order', retryAfter: 2 } }],
      })
    await setReadOnly('off')
    await operator.end()
    const { id } = (await placeUntilAnswered(idempotencyKey)).order
    expect(await bookOf(id)).toEqual(['charge'])
    expect((await placeUntilAnswered(idempotencyKey)).order.id).toBe(id)
  })
})

describe('FACTS deleted by an operator', () => {
  it('before store has consumed a paid order: the fact is published again, and the order proceeds', async () => {
    const item = await gypsophila()
    const { port } = await processCalled('nats')
    const password = secretsIn(join(stack.dataDir, 'secrets.json'))('nats')
    const operator = await connectNats(`nats://admin:${password}@127.0.0.1:${port}`, 'operator')
    const { consumers, streams } = operator.manager
    await consumers.pause('FACTS', 'store', new Date(Date.now() + 600_000))
    const placed = await app.place('lee', item, 1)
    expect(placed).toMatchObject({ __typename: 'OrderPayload', order: { status: 'PAID' } })
    await until(async () => (await consumers.info('FACTS', 'store')).num_pending > 0, 'store has a pending fact')
    await expect(streams.purge('FACTS')).rejects.toThrow('not permitted') // Facts can only be lost all together.
    await streams.delete('FACTS') // And with them all consumers.
    await operator.end()

    await app.stepWhenReady('bundang', 'receive', placed.order.id)
    await entryBecomes(app, 'lee', placed.order.id, 'RECEIVED')
  })
})

describe('killed between two steps', () => {
  it.each([...CONTEXTS.filter((name) => name !== 'account'), 'router', 'streams', 'nats', 'postgres'])(
    '%s comes back, and the order ends the same',
    async (name) => {
      const before = await available()
      const { pid } = await processCalled(name)
      const idempotencyKey = `killing ${name}`
      await signal(name, 'SIGKILL')
      const placed = await placeUntilAnswered(idempotencyKey)
      const { id } = placed.order
      await app.stepWhenReady('bundang', 'receive', id)
      await processCalled(name, pid)
      await signal(name, 'SIGKILL')
      await app.stepWhenReady('bundang', 'decorate', id)
      await app.stepWhenReady('rider', 'depart', id)
      await app.stepWhenReady('rider', 'complete', id)

      const entry = await until(async () => {
        const current = await app.entry('lee', id).catch(() => null)
        return current && current.revision >= FACTS_OF_AN_ORDER.length && current
      }, 'myPage has every fact')
      expect(entry.timeline.map(({ fact }) => fact).sort()).toEqual(FACTS_OF_AN_ORDER)
      expect(entry).toMatchObject({
        orderStatus: 'DELIVERED',
        paymentStatus: 'APPROVED',
        deliveryStatus: 'COMPLETED',
      })
      expect(await bookOf(id)).toEqual(['charge'])
      expect(await available()).toBe(before - 1)
      expect((await placeUntilAnswered(idempotencyKey)).order.id).toBe(id)
    },
  )
})
