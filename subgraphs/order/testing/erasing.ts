import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { eraseCustomers } from '../application/erase-customers.ts'
import { viewFor } from '../inbound/graphql/views.ts'
import type { Rig } from './rig.ts'

/** What becomes of the orders of a customer who erases their account. */
export function erasing(rig: () => Rig): void {
  let at: Rig
  beforeEach(() => {
    at = rig()
  })

  const personal = {
    recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울', postalCode: '13500' },
    cardMessage: '생일 축하해',
    ribbon: { phrase: '축 개업', from: '김하늘' },
    sender: { name: '하늘', anonymous: false },
  }
  const nothing = {
    recipient: { name: '', phone: '', address: '' },
    cardMessage: null,
    ribbon: null,
    sender: null,
    cancellationReason: null,
  }
  const erased = (userId = at.customer) => at.say({ type: 'UserErased', data: { userId } })
  const erasureOf = async (id = at.customer) => (await at.transact(newId(), (tx) => tx.buyers.find(id)))?.erasure
  const delivered = async (change: object = {}) => {
    const id = await at.placedWith({ ...personal, ...change })
    await at.follow(id, 'Received', 'Decorated', 'DepartedForDelivery', 'DeliveryCompleted')
    return id
  }

  describe('the orders of a customer who has erased their account', () => {
    it('have nothing personal once they have ended; what they were, cost and became stays', async () => {
      const ended = await delivered()
      const before = await at.order(ended)
      expect(before).toMatchObject(personal)
      await at.eraseCustomers()
      expect(await at.order(ended)).toEqual(before)
      await erased()
      await at.eraseCustomers()
      expect(await at.order(ended)).toEqual({ ...before, ...nothing })
      expect(await erasureOf()).toBe('DONE')
    })

    it('keep what florist and rider need until each has ended, whatever ends it', async () => {
      const [cancelled, returned, expired] = [
        await at.placedWith(personal),
        await at.placedWith(personal),
        await at.placed({ answer: 'Declined' }),
      ]
      await erased()
      await at.eraseCustomers()
      for (const id of [cancelled, returned]) expect(await at.order(id)).toMatchObject(personal)
      expect(await at.order(expired)).toMatchObject({ recipient: { name: '홍길동' } })
      await at.cancel(cancelled, '엄마가 아파요')
      await at.eraseCustomers()
      expect(await at.order(cancelled)).toMatchObject({ ...personal, status: 'CANCELLING' })
      await at.follow(cancelled, 'RegistrationCancelled')
      await at.follow(returned, 'DepartedForDelivery', 'FlowersReturned')
      await at.eraseCustomers()
      expect(await at.order(cancelled)).toMatchObject({ ...nothing, status: 'CANCELLED' })
      expect(await at.order(returned)).toMatchObject({ ...nothing, status: 'RETURNED' })
      expect(await erasureOf()).toBe('DUE')
      at.pass(60 * 60_000)
      await at.expireOrders()
      await at.eraseCustomers()
      expect(await at.order(expired)).toMatchObject({ ...nothing, status: 'EXPIRED' })
      expect(await erasureOf()).toBe('DONE')
    })

    it('are erased however many there are, a few at a time, and again where it broke off', async () => {
      const ids: string[] = []
      for (let n = 0; n < 5; n++) {
        ids.push(await at.placedWith(personal))
        await at.follow(ids.at(-1) ?? '', 'Rejected')
      }
      await erased()
      let transactions = 0
      const dying = {
        ...at.ports,
        customersToErase: async () => [at.customer],
        transact: ((cause, work) => {
          if (++transactions > 1) throw new Error('The process has died.')
          return at.transact(cause, work)
        }) as typeof at.transact,
      }
      await expect(eraseCustomers(dying, 2)).rejects.toThrow('died')
      const left = async () => {
        const orders = await Promise.all(ids.map((id) => at.order(id)))
        return orders.filter((order) => order?.recipient.name).length
      }
      expect(await left()).toBe(3)
      expect(
        await eraseCustomers({ ...at.ports, customersToErase: async (after) => (after ? [] : [at.customer]) }, 2),
      ).toBe(3)
      expect(await left()).toBe(0)
      expect(await erasureOf()).toBe('DONE')
    })

    it('are not overlooked if one ends while they are looked for', async () => {
      const id = await at.placedWith(personal)
      await at.follow(id, 'DepartedForDelivery')
      await erased()
      let reads = 0
      const meanwhile = {
        ...at.ports,
        customersToErase: async () => [at.customer],
        transact: ((cause, work) =>
          at.transact(cause, (tx) =>
            work({
              ...tx,
              unerased: async (...asked) => {
                const found = await tx.unerased(...asked)
                if (++reads === 1) await at.follow(id, 'DeliveryCompleted')
                return found
              },
            }),
          )) as typeof at.transact,
      }
      await eraseCustomers(meanwhile)
      await at.eraseCustomers()
      expect(await at.order(id)).toMatchObject({ ...nothing, status: 'DELIVERED' })
    })

    it('are erased too if they were placed by a token that was still good, and nobody else’s are', async () => {
      await erased()
      await at.eraseCustomers()
      expect(await erasureOf()).toBe('DONE')
      const late = await delivered()
      expect(await erasureOf()).toBe('DUE')
      await erased(newId())
      await at.eraseCustomers()
      expect(await at.order(late)).toMatchObject(nothing)
      expect(await erasureOf()).toBe('DONE')
    })

    it('do not say who the customer was if the sender was anonymous', async () => {
      const id = await delivered({ sender: { name: '하늘', anonymous: true } })
      await erased()
      await at.eraseCustomers()
      const order = await at.order(id)
      const store = { id: at.store, ownerId: at.owner, name: 'KJSHOP' }
      const view = order && viewFor({ sub: at.owner, roles: ['STORE_OWNER'], scopes: [] }, order, store)
      expect(view).toMatchObject({ sender: null, cardMessage: null })
      expect(view).not.toHaveProperty('customerId')
    })
  })
}
