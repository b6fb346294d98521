import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { Ports } from '../application/ports.ts'
import { wire } from '../wire.ts'
import { orderConfirmed } from './facts.ts'

/** What the media context does, on whatever keeps its rows. */
export function behaviour(make: () => Promise<{ ports: Ports; close(): Promise<void> }>): void {
  let subject: Awaited<ReturnType<typeof make>>
  beforeAll(async () => {
    subject = await make()
  })
  afterAll(() => subject?.close())

  const hear = (fact: ReturnType<typeof orderConfirmed>) => wire(subject.ports).hear(fact)
  const kept = (orderId: string) => subject.ports.transact(newId(), (tx) => tx.entries.find(orderId))

  it('keeps what it hears of an order', async () => {
    const fact = orderConfirmed()
    const { orderId, customerId, storeId } = fact.data
    expect(await kept(orderId)).toBeNull()
    await hear(fact)
    const confirmedAt = new Date(fact.occurredAt)
    expect(await kept(orderId)).toMatchObject({ id: orderId, customerId, storeId, confirmedAt })
  })

  it('keeps it as it is, however often it comes', async () => {
    const fact = orderConfirmed()
    const { orderId } = fact.data
    await Promise.all([hear(fact), hear(fact)])
    const before = await kept(orderId)
    await hear(orderConfirmed({ orderId }))
    expect(await kept(orderId)).toEqual(before)
  })
}
