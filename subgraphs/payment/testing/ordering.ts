import { beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { told } from './payments.ts'
import { type Keeping, rigOn, UNHEARD_AFTER_MS } from './rig.ts'

/** What the payment context makes of hearing that an order was placed, or of not hearing it, on whatever keeps its rows. */
export function orderingBehaviour(make: () => Promise<Keeping>): void {
  let keeping: Keeping
  beforeAll(async () => {
    keeping = await make()
  })

  describe('an order that payment has heard of', () => {
    it('is charged what it costs', async () => {
      const at = rigOn(keeping)
      await at.hearOrdered()
      expect(await at.charge('tok_ok')).toBe('Approved')
      expect(at.book()).toEqual(['charge'])
    })

    it.each([
      ['to another customer', { customerId: newId() }],
      ['another amount', { total: { amount: 1, currency: 'KRW' } }],
    ] as const)('is not charged %s: nothing moves', async (_, change) => {
      const at = rigOn(keeping)
      await at.hearOrdered(change)
      await expect(at.charge('tok_ok')).rejects.toThrow('than before')
      expect(at.book()).toEqual([])
    })

    it('is not charged another amount by joining a charge that is under way', async () => {
      const at = rigOn(keeping)
      const way = at.holdCalls()
      const charged = at.charge('tok_ok')
      await way.reached
      const other = at.charge('tok_ok', at.one, { amount: 1, currency: 'KRW' })
      const refused = expect(other).rejects.toThrow('than before')
      way.open()
      await refused
      expect(await charged).toBe('Approved')
    })

    it('stays as it was charged before it was heard of', async () => {
      const at = rigOn(keeping)
      expect(await at.charge('tok_ok')).toBe('Approved')
      await at.hearOrdered()
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge'])
    })

    it('gets the money back where it was charged something else before', async () => {
      const at = rigOn(keeping)
      await at.charge('tok_ok')
      await at.hearOrdered({ total: { amount: 90_000, currency: 'KRW' } })
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge', 'refund'])
      expect(await at.said()).toEqual(['Paid', 'PaymentCancelled'])
    })

    it('is heard of once, also by all replicas at once, and while it is charged', async () => {
      const at = rigOn(keeping)
      await Promise.all([at.hearOrdered({}, at.one), at.charge('tok_ok', at.two), at.hearOrdered({}, at.two)])
      await at.settle([at.one, at.two])
      expect(told(await at.payment())).toBe('APPROVED; charged')
    })
  })

  describe('a charge whose order is never heard of', () => {
    it('is returned once later orders were heard of; by the clock alone it is not', async () => {
      const at = rigOn(keeping)
      await at.another().hearOrdered()
      // It may be older than the first order that was ever heard of.
      const early = at.another()
      await early.charge('tok_ok')
      await at.pass(UNHEARD_AFTER_MS + 1)
      const [forged, real, tried] = [at.another(), at.another(), at.another()]
      await forged.charge('tok_ok')
      await real.charge('tok_ok')
      await real.hearOrdered()
      at.network.afterEffect = async () => 'lost'
      await tried.charge('tok_ok')
      at.network.afterEffect = async () => 'arrives'

      await at.pass(10 * UNHEARD_AFTER_MS)
      expect(await at.one.closeUnheard()).toBe(0)
      await at.another().hearOrdered()
      await Promise.all([at.one.closeUnheard(), at.two.closeUnheard()])
      await at.settle([at.one, at.two])
      expect([forged.book(), tried.book()]).toEqual([
        ['charge', 'refund'],
        ['charge', 'void'],
      ])
      expect([forged.paid(), tried.paid()]).toEqual([0, 0])
      expect(await forged.said()).toEqual(['Paid', 'PaymentCancelled'])
      expect([real.book(), early.book()]).toEqual([['charge'], ['charge']])
      expect(await at.one.closeUnheard()).toBe(0)
    })
  })
}
