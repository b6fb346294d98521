import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { type People, people } from './people.ts'

let stack: Stack
let app: People
beforeAll(async () => {
  stack = await startStack({ args: ['--replicas', 'payment=2,item=2,my-page=2'] })
  app = await people(stack)
})
afterAll(async () => stack?.stop())

it('two replicas of a context share the work, and do none of it twice, also when one is killed', async () => {
  const item = await app.itemCalled('안개꽃한다발')
  // Ten orders each, because no more of one customer's orders are charged at once.
  const who = (n: number) => (n % 2 ? 'lee' : 'hong')
  const placing = Array.from({ length: 20 }, (_, n) => app.placeOnce(who(n), item, 1))
  for (const name of ['payment', 'item', 'my-page']) {
    const second = (await stack.processes()).find((process) => process.name === name && process.replica === 2)
    process.kill(second?.pid ?? 0, 'SIGKILL')
  }
  const placed = await Promise.all(placing)
  // Deferred payments are repeated.
  for (const [n, { order }] of placed.entries()) {
    expect((await app.pay(who(n), order.id)).__typename).toBe('OrderPayload')
  }

  const entries = await until(async () => {
    const entries = await Promise.all(placed.map(({ order }, n) => app.entry(who(n), order.id).catch(() => undefined)))
    return entries.every((entry) => entry?.timeline.some(({ fact }) => fact === 'StockReserved')) && entries
  }, 'the stock of every order is reserved')
  for (const entry of entries) {
    const facts = entry?.timeline.map(({ fact }) => fact).sort()
    expect(facts).toEqual(['OrderConfirmed', 'Ordered', 'Paid', 'StockReserved'])
  }
  expect((await app.itemCalled('안개꽃한다발')).available).toBe((item.available ?? 0) - 20)

  const book = (await stack.sandbox('/book')) as { entries: { type: string }[] }
  expect(book.entries.map(({ type }) => type)).toEqual(Array(20).fill('charge'))
})
