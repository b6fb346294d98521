import { describe, expect, it } from '@jest/globals'
import { orderConfirmed } from '../testing/facts.ts'
import { confirm, mayRead } from './media.ts'

const fact = orderConfirmed()
const kept = confirm(null, fact)

describe('media', () => {
  it('keeps who ordered, where and when', () => {
    const { orderId, customerId, storeId } = fact.data
    expect(kept).toEqual({ id: orderId, customerId, storeId, confirmedAt: new Date(fact.occurredAt) })
  })

  it('keeps what it has', () => {
    expect(confirm(kept, orderConfirmed({ orderId: kept.id }))).toBe(kept)
  })

  it('is read by its customer only', () => {
    expect(mayRead(kept, kept.customerId)).toBe(true)
    expect(mayRead(kept, kept.storeId)).toBe(false)
  })
})
