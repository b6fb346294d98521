import { beforeEach, describe, expect, it } from '@jest/globals'
import type { Rig } from './rig.ts'

const RACES = 10
const deferred = { answer: 'Deferred', retryAfterSeconds: 3 } as const

/** What is decided when two things happen to an order at once: either is as if it had come first. */
export function racing(rig: () => Rig): void {
  let at: Rig
  beforeEach(() => {
    at = rig()
  })

  /** Lets both begin at once, in turns the one and the other first, many times; answers how each race ended. */
  async function races<One, Other>(
    begin: () => Promise<string>,
    one: (orderId: string) => Promise<One>,
    other: (orderId: string) => Promise<Other>,
  ) {
    const ends: { status: string | undefined; one: One; other: Other; said: string[] }[] = []
    for (let race = 0; race < RACES; race++) {
      const orderId = await begin()
      const before = await at.said(orderId)
      const ahead = race % 2 ? one(orderId) : undefined
      const [second, first] = await Promise.all([other(orderId), ahead ?? one(orderId)])
      const said = (await at.said(orderId)).slice(before.length)
      ends.push({ status: await at.status(orderId), one: first, other: second, said })
    }
    return ends
  }

  describe('of a race', () => {
    it('either paying or cancelling wins, and the customer’s answer agrees', async () => {
      const ends = await races(
        () => at.placed(deferred),
        (orderId) => at.follow(orderId, 'Paid'),
        (orderId) => at.cancel(orderId),
      )
      for (const { status, other, said } of ends) {
        const paidFirst = said[0] === 'OrderConfirmed'
        expect(said).toEqual(paidFirst ? ['OrderConfirmed', 'CancellationRequested'] : ['OrderCancelled'])
        expect(status).toBe(paidFirst ? 'CANCELLING' : 'CANCELLED')
        expect(other).toMatchObject({ type: 'OrderPayload', order: { status } })
      }
    })

    it('between Decorated and cancelling none is lost', async () => {
      const ends = await races(
        () => at.placed(),
        (orderId) => at.follow(orderId, 'Decorated').then(() => orderId),
        (orderId) => at.cancel(orderId),
      )
      for (const { status, other, said } of ends) {
        expect([status, said]).toEqual(['CANCELLING', ['CancellationRequested']])
        expect(other).toMatchObject({ type: 'OrderPayload', order: { status: 'CANCELLING' } })
      }
    })

    it('between the rider’s leaving and cancelling it is out for delivery', async () => {
      const ends = await races(
        () => at.placed(),
        (orderId) => at.follow(orderId, 'DepartedForDelivery'),
        (orderId) => at.cancel(orderId),
      )
      for (const { status, other, said } of ends) {
        expect(status).toBe('OUT_FOR_DELIVERY')
        expect(said).toEqual(other.type === 'WrongState' ? [] : ['CancellationRequested'])
      }
    })

    it('between Paid and its expiry it is either, and nothing else is said', async () => {
      const ends = await races(
        async () => {
          const orderId = await at.placed(deferred)
          at.pass(33 * 60_000)
          return orderId
        },
        (orderId) => at.follow(orderId, 'Paid'),
        () => at.expireOrders(),
      )
      for (const { status, said } of ends) {
        expect([
          ['PAID', 'OrderConfirmed'],
          ['EXPIRED', 'OrderExpired'],
        ]).toContainEqual([status, ...said])
      }
    })

    it('it is confirmed once by payment’s answer and Paid, or by two concurrent requests', async () => {
      const ends = await races(
        () => at.placed(deferred),
        (orderId) => Promise.all([at.pay(orderId, 'tok_one'), at.pay(orderId, 'tok_other')]),
        (orderId) => at.follow(orderId, 'Paid', 'Paid'),
      )
      for (const { status, one, said } of ends) {
        expect([status, said]).toEqual(['PAID', ['OrderConfirmed']])
        expect(one).toMatchObject([{ order: { status } }, { order: { status } }])
      }
    })
  })
}
