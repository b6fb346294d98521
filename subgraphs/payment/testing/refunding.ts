import { beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { Logger } from '../../../chassis/log.ts'
import { told } from './payments.ts'
import { gate, type Keeping, paidOn, rigOn } from './rig.ts'

const DAY_MS = 24 * 60 * 60_000

/** The behaviour of the payment context when a store's owner returns parts of the money, with any adapter of its tables. */
export function refundingBehaviour(make: () => Promise<Keeping>): void {
  let keeping: Keeping
  beforeAll(async () => {
    keeping = await make()
  })
  const paid = () => paidOn(keeping)

  describe('a part refund', () => {
    it('returns a part; what all parts have returned is said', async () => {
      const at = await paid()
      const done = { type: 'RefundPayload', refund: { state: 'done' } }
      expect(await at.refund(10_000)).toMatchObject({ ...done, payment: { status: 'APPROVED', id: at.orderId } })
      expect(await at.refund(15_000)).toMatchObject(done)
      expect(at.paid()).toBe(25_000)
      const said = (await keeping.said(at.orderId)).filter(({ type }) => type === 'PartlyRefunded')
      expect(said.map(({ data }) => data)).toMatchObject([
        { amount: { amount: 10_000 }, refundedTotal: { amount: 10_000 } },
        { amount: { amount: 15_000 }, refundedTotal: { amount: 25_000 } },
      ])
    })

    it('is only for the owner of the order’s store; for everyone else there is no such order', async () => {
      const at = await paid()
      expect(await at.refund(1, 'key', { who: newId() })).toMatchObject({ type: 'NotFound' })
      const unknown = rigOn(keeping)
      await unknown.charge('tok_ok')
      expect(await unknown.refund(1)).toMatchObject({ type: 'NotFound' })
      await unknown.hearOwner()
      expect(await unknown.refund(1)).toMatchObject({ type: 'RefundPayload' })
    })

    it('is made once for a key of the order, also by all replicas at once, and answered so for ever', async () => {
      const at = await paid()
      const answers = await Promise.all([at.one, at.two, at.one, at.two].map((by) => at.refund(10_000, 'key', { by })))
      for (const answer of answers) expect(answer.type).toMatch(/^Refund(Payload|Pending)$/)
      expect(at.book()).toEqual(['charge', 'refund'])
      expect(await at.refund(10_000, 'key')).toMatchObject({ type: 'RefundPayload', refund: { state: 'done' } })
      expect(await at.refund(10_001, 'key')).toMatchObject({ type: 'IdempotencyConflict' })
      expect(await at.refund(10_000, 'key', { reason: 'another' })).toMatchObject({ type: 'IdempotencyConflict' })
      await at.hear('OrderCancelled')
      expect(await at.refund(10_000, 'key')).toMatchObject({ type: 'RefundPayload', refund: { state: 'done' } })
    })

    it('may have the key of another order’s refund', async () => {
      const at = await paid()
      const other = { ...at, ...at.another() }
      await other.charge('tok_ok')
      await other.hearOwner()
      await at.refund(10_000, 'key')
      expect(await other.refund(10_000, 'key')).toMatchObject({ refund: { state: 'done' } })
      expect([at.paid(), other.paid()]).toEqual([40_000, 40_000])
    })

    it('of more than is left is refused, of two at once the second, also while the first is not known', async () => {
      const at = await paid()
      const [one, two] = await Promise.all([
        at.refund(30_000, 'a', { by: at.one }),
        at.refund(30_000, 'b', { by: at.two }),
      ])
      expect([one.type, two.type].sort()).toEqual(['RefundPayload', 'RefundTooMuch'])
      at.network.beforeEffect = async () => 'lost'
      expect(await at.refund(15_000)).toMatchObject({ type: 'RefundPending', refund: { state: 'open' } })
      expect(await at.refund(5_001, 'c')).toMatchObject({ type: 'RefundTooMuch', refundable: { amount: 5_000 } })
      at.network.beforeEffect = async () => 'arrives'
      expect(await at.refund(5_000, 'c')).toMatchObject({ type: 'RefundPayload' })
      await at.settle([at.one, at.two])
      expect(at.paid()).toBe(0)
      expect(await at.refund(1)).toMatchObject({ type: 'RefundTooMuch', refundable: { amount: 0 } })
    })

    it.each(['refused', 'lost before', 'lost after'])(
      'that is %s is asked again by its key until it is known',
      async (fate) => {
        const at = await paid()
        if (fate === 'lost after') at.network.afterEffect = async () => 'lost'
        else at.network.beforeEffect = async () => (fate === 'refused' ? 'refused' : 'lost')
        expect(await at.refund(10_000, 'key')).toMatchObject({ type: 'RefundPending' })
        await at.settle([at.one, at.two])
        expect(await at.refund(10_000, 'key')).toMatchObject({ type: 'RefundPending' })
        expect(await at.said()).toEqual(['Paid'])
        at.network.afterEffect = async () => 'arrives'
        at.network.beforeEffect = async () => 'arrives'
        await at.settle([at.one, at.two])
        expect(at.book()).toEqual(['charge', 'refund'])
        expect(await at.said()).toEqual(['Paid', 'PartlyRefunded'])
        expect(await at.refund(10_000, 'key')).toMatchObject({ type: 'RefundPayload', refund: { state: 'done' } })
      },
    )

    it('because a replica died before it saved the outcome is asked again', async () => {
      const at = await paid()
      let transactions = 0
      const dying = at.replica({
        transact: (cause, work) => {
          if (++transactions > 1) throw new Error('The database is away.')
          return keeping.transact(cause, work)
        },
      })
      // It is recorded, so the caller need not be told of an error, which would look as if it were not.
      expect(await at.refund(10_000, 'key', { by: dying })).toMatchObject({ type: 'RefundPending' })
      expect(told(await at.payment())).toBe('APPROVED; split; 10000 open')
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge', 'refund'])
      expect(await at.said()).toEqual(['Paid', 'PartlyRefunded'])
    })

    it('that a restored database has lost is not returned twice, when the owner repeats it', async () => {
      const at = await paid()
      const before = await at.payment()
      if (!before) throw new Error('There is no payment.')
      await at.refund(10_000, 'key')
      await keeping.transact('restore', async (tx) => {
        await tx.payments.lock([before.id])
        tx.payments.save(before)
      })
      expect(await at.refund(10_000, 'key')).toMatchObject({ type: 'RefundPayload', refund: { state: 'done' } })
      expect(at.book()).toEqual(['charge', 'refund'])
    })

    it('that the provider declines ends undone, and may be tried again by another key', async () => {
      const at = await paid()
      at.network.declines = ({ type }) => type === 'refund'
      expect(await at.refund(50_000, 'a')).toMatchObject({ type: 'RefundPayload', refund: { state: 'refused' } })
      at.network.declines = () => false
      await at.settle([at.one, at.two])
      expect(await at.refund(50_000, 'a')).toMatchObject({ refund: { state: 'refused' } })
      expect(at.paid()).toBe(50_000)
      expect(await at.refund(50_000, 'b')).toMatchObject({ refund: { state: 'done' } })
      expect(await at.said()).toEqual(['Paid', 'PartlyRefunded'])
    })

    it.each([
      ['none', 0, 'TOO_SMALL'],
      ['more than any payment', 2_000_000_001, 'TOO_LARGE'],
    ])('of %s is InvalidInput', async (_, won, code) => {
      const at = await paid()
      expect(await at.refund(won)).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['amount', 'amount'], code }],
      })
    })

    it('is one of at most twenty', async () => {
      const at = await paid()
      for (let n = 1; n <= 20; n++) expect(await at.refund(1)).toMatchObject({ type: 'RefundPayload' })
      expect(await at.refund(1)).toMatchObject({ type: 'WrongState', status: 'APPROVED' })
    })

    it('is told to an operator once, if it is not known after a day; so is the rest', async () => {
      const at = await paid()
      const errors: string[] = []
      // Other tests' payments are settled, too.
      const error = (about: { correlationId: string; key: string }) => {
        if (about.correlationId === at.orderId) errors.push(about.key.includes(':refund:') ? 'a part' : 'the rest')
      }
      // The methods that are called.
      const watched = at.replica({ log: { info: () => {}, warn: () => {}, error } as unknown as Logger })
      at.network.beforeEffect = async () => 'lost'
      await at.refund(10_000, 'key')
      await at.hear('OrderCancelled')
      await at.settle([watched], DAY_MS - 60_000)
      expect(errors).toEqual([])
      for (let n = 0; n < 3; n++) await at.settle([watched], DAY_MS)
      expect(errors).toEqual(['a part'])
      at.network.beforeEffect = async ({ key }) => (key.endsWith(':refund') ? 'lost' : 'arrives')
      for (let n = 0; n < 5; n++) await at.settle([watched], DAY_MS)
      expect(errors).toEqual(['a part', 'the rest'])
      at.network.beforeEffect = async () => 'arrives'
      await at.settle([watched])
      expect(at.paid()).toBe(0)
    })
  })

  describe('an order that ends after part refunds', () => {
    it.each([
      ['OrderCancelled', 'PaymentCancelled'],
      ['Rejected', 'ForciblyCancelled'],
    ] as const)('by %s: the rest is returned, once, and said', async (fact, says) => {
      const at = await paid()
      await at.refund(20_000)
      await at.hear(fact)
      expect(await at.refund(1)).toMatchObject({ type: 'WrongState', status: 'APPROVED' })
      await at.settle([at.one, at.two], 0)
      expect(at.paid()).toBe(0)
      const last = (await keeping.said(at.orderId)).at(-1)
      expect(last).toMatchObject({ type: says, data: { amount: { amount: 30_000 } } })
      expect(await at.refund(1)).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
      expect(told(await at.payment())).toBe('CANCELLED, closed; refunded; 20000 done')
    })

    it('waits until the open parts are known; then the rest is returned', async () => {
      const at = await paid()
      await at.refund(5_000)
      at.network.afterEffect = async ({ key }) => (key.includes(':refund:') ? 'lost' : 'arrives')
      await at.refund(20_000, 'lost')
      at.network.beforeEffect = async () => 'refused'
      await at.refund(10_000, 'declined')
      await at.hear('OrderCancelled', at.two)
      // The provider would take the rest, but one part is lost, and the other refused.
      at.network.beforeEffect = async ({ key }) => (key.endsWith(':refund') ? 'arrives' : 'refused')
      await at.settle([at.one, at.two])
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge', 'refund', 'refund'])
      at.network.beforeEffect = async () => 'arrives'
      at.network.afterEffect = async () => 'arrives'
      const declined = (await at.payment())?.parts.at(-1)?.key
      at.network.declines = ({ key }) => key === declined
      for (let n = 0; n < 3; n++) await at.settle([at.one, at.two])
      expect(told(await at.payment())).toBe('CANCELLED, closed; refunded; 5000 done, 20000 done, 10000 refused')
      expect(at.paid()).toBe(0)
      const last = (await keeping.said(at.orderId)).at(-1)
      expect(last).toMatchObject({ type: 'PaymentCancelled', data: { amount: { amount: 25_000 } } })
    })

    it('without anything left is CANCELLED at once; the provider is not asked', async () => {
      const at = await paid()
      await at.refund(50_000)
      await at.hear('Rejected')
      expect(told(await at.payment())).toBe('CANCELLED, closed; refunded; 50000 done')
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge', 'refund'])
      expect(await at.said()).toEqual(['Paid', 'PartlyRefunded'])
    })

    it('while a part is asked for returns no more than was paid, whichever is first', async () => {
      const at = await paid()
      const way = gate()
      at.network.afterEffect = async ({ key }) => {
        if (key.includes(':refund:')) await way.pass()
        return 'arrives'
      }
      const refunding = at.refund(50_000)
      await way.reached
      await at.hear('OrderCancelled', at.two)
      way.open()
      await refunding
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge', 'refund'])
      expect(told(await at.payment())).toBe('CANCELLED, closed; refunded; 50000 done')
    })
  })
}
