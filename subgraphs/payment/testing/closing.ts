import { beforeAll, describe, expect, it } from '@jest/globals'
import { told } from './payments.ts'
import { gate, type Keeping, rigOn } from './rig.ts'

/** The behaviour of the payment context when an order has ended, with any adapter of its tables. */
export function closingBehaviour(make: () => Promise<Keeping>): void {
  let keeping: Keeping
  beforeAll(async () => {
    keeping = await make()
  })
  const rig = () => rigOn(keeping)

  describe('a closed payment', () => {
    it.each(['OrderCancelled', 'OrderExpired'] as const)('charges nothing after %s', async (fact) => {
      const at = rig()
      await at.hear(fact)
      await at.hear(fact, at.two)
      expect(await at.charge('tok_ok')).toBe('Closed')
      expect(at.book()).toEqual([])
      expect(await at.said()).toEqual([])
    })

    it.each(['OrderCancelled', 'OrderExpired'] as const)('is closed by %s before or after the charge', async (fact) => {
      const at = rig()
      await Promise.all([at.charge('tok_ok', at.one), at.hear(fact, at.two)])
      await at.settle([at.one, at.two])
      expect(at.paid()).toBe(0)
      expect((await at.payment())?.closed).toBe(true)
    })

    it('refunds a charge that succeeded while it was being closed', async () => {
      const at = rig()
      at.network.beforeEffect = async ({ type }) => {
        if (type === 'charge') await at.hear('OrderCancelled', at.two)
        return 'arrives'
      }
      expect(await at.charge('tok_ok')).toBe('Approved')
      await at.settle([at.one, at.two])
      expect(await at.said()).toEqual(['Paid', 'PaymentCancelled'])
      expect(at.book()).toEqual(['charge', 'refund'])
    })

    it('voids a charge with an unknown outcome: it can then never be made', async () => {
      const at = rig()
      at.network.beforeEffect = async ({ type }) => (type === 'charge' ? 'lost' : 'arrives')
      await at.charge('tok_ok')
      await at.hear('OrderExpired')
      await at.settle([at.one, at.two])
      expect(told(await at.payment())).toBe('NONE, closed; voided')
      expect(at.book()).toEqual(['void'])
      expect(await at.said()).toEqual([])
    })

    it('voids a charge with an unknown outcome: if it was made, it is returned, and nothing is said', async () => {
      const at = rig()
      at.network.afterEffect = async ({ type }) => (type === 'charge' ? 'lost' : 'arrives')
      await at.charge('tok_ok')
      await at.hear('OrderCancelled')
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge', 'void'])
      expect(at.paid()).toBe(0)
      expect(await at.said()).toEqual([])
    })

    it('says nothing of an answer that comes after the void', async () => {
      const at = rig()
      const way = gate()
      at.network.afterEffect = async ({ type }) => {
        if (type === 'charge') await way.pass()
        return 'arrives'
      }
      const late = at.charge('tok_ok')
      await way.reached
      await at.hear('OrderExpired')
      await at.settle([at.two])
      way.open()
      expect(await late).toBe('Closed')
      await at.settle()
      expect(at.paid()).toBe(0)
      expect(await at.said()).toEqual([])
    })

    it('returns the money once if the void overtakes the refund', async () => {
      const at = rig()
      const back = gate()
      const voiding = gate()
      at.network.afterEffect = async ({ type }) => {
        if (type === 'charge') await back.pass()
        return 'arrives'
      }
      at.network.beforeEffect = async ({ type }) => {
        if (type === 'void') await voiding.pass()
        return 'arrives'
      }
      const charged = at.charge('tok_ok')
      await back.reached
      await at.hear('OrderCancelled')
      const settled = at.settle([at.two])
      await voiding.reached
      back.open()
      expect(await charged).toBe('Approved')
      voiding.open()
      await settled
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge', 'void'])
      expect(await at.said()).toEqual(['Paid', 'PaymentCancelled'])
    })
  })

  describe('a refund', () => {
    it.each([
      ['OrderCancelled', 'PaymentCancelled'],
      ['OrderExpired', 'PaymentCancelled'],
      ['Rejected', 'ForciblyCancelled'],
    ] as const)('on %s is made once by all replicas together, and %s is said', async (fact, says) => {
      const at = rig()
      await at.charge('tok_ok')
      const { id } = await at.hear(fact)
      await at.settle([at.one, at.two], 0)
      expect(at.book()).toEqual(['charge', 'refund'])
      expect((await at.saidBecause()).at(-1)).toEqual({ type: says, cause: id })
      await at.hear('Rejected')
      await at.hear('OrderCancelled')
      await at.settle([at.one, at.two])
      expect(at.paid()).toBe(0)
      expect(await at.said()).toEqual(['Paid', says])
    })

    it.each(['refused', 'lost before', 'lost after'])(
      'that is %s is repeated by its key until it is known',
      async (fate) => {
        const at = rig()
        await at.charge('tok_ok')
        await at.hear('OrderCancelled')
        if (fate === 'lost after') at.network.afterEffect = async () => 'lost'
        else at.network.beforeEffect = async () => (fate === 'refused' ? 'refused' : 'lost')
        await at.settle()
        await at.settle([at.one, at.two])
        expect(await at.said()).toEqual(['Paid'])
        at.network.afterEffect = async () => 'arrives'
        at.network.beforeEffect = async () => 'arrives'
        await at.settle([at.one, at.two])
        expect(at.book()).toEqual(['charge', 'refund'])
        expect(await at.said()).toEqual(['Paid', 'PaymentCancelled'])
      },
    )

    it('is not sent for a payment that was never charged', async () => {
      const at = rig()
      await at.charge('tok_declined')
      await at.hear('Rejected')
      expect(await at.charge('tok_ok')).toBe('Approved')
      expect(await at.said()).toEqual(['PaymentDeclined', 'Paid'])
    })
  })
}
