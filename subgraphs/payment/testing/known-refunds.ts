import { beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { until } from '../../../chassis/testing/until.ts'
import { endRefund, type Step } from '../application/end-refund.ts'
import { told } from './payments.ts'
import { gate, type Keeping, paidOn } from './rig.ts'

const DAY_MS = 24 * 60 * 60_000

/** What is known of part refunds in the end, by the provider or by an operator, with any adapter of the context's tables. */
export function knownRefundsBehaviour(make: () => Promise<Keeping>): void {
  let keeping: Keeping
  beforeAll(async () => {
    keeping = await make()
  })
  const paid = () => paidOn(keeping)

  describe('a part refund that is known in the end', () => {
    it('is in the audit trail, whenever that is, once; so is the rest', async () => {
      const at = await paid()
      await at.refund(10_000)
      expect(at.audited()).toEqual(['part returned'])
      at.network.afterEffect = async () => 'lost'
      expect(await at.refund(5_000)).toMatchObject({ type: 'RefundPending' })
      expect(at.audited()).toEqual(['part returned'])
      at.network.afterEffect = async () => 'arrives'
      await at.settle([at.one, at.two])
      expect(at.audited()).toEqual(['part returned', 'part returned'])
      at.network.declines = ({ type }) => type === 'refund'
      await at.refund(1_000)
      at.network.declines = () => false
      await at.hear('OrderCancelled')
      for (let n = 0; n < 3; n++) await at.settle([at.one, at.two])
      expect(at.audited()).toEqual(['part returned', 'part returned', 'part not returned', 'rest returned'])
    })
  })

  it('a part refund that two replicas ask for at once is one line of the audit trail', async () => {
    const at = await paid()
    const way = at.holdCalls()
    const refunding = at.refund(10_000)
    await way.reached
    const settling = at.settle([at.two], 7_000)
    await until(async () => (await at.payment())?.parts[0]?.asked === 2)
    way.open()
    await Promise.all([refunding, settling])
    expect((await at.payment())?.parts).toMatchObject([{ asked: 2, state: 'done' }])
    expect(at.audited()).toEqual(['part returned'])
  })

  describe('a part refund that the provider never decides', () => {
    const MINUTE_MS = 60_000
    /** An order that is cancelled while such a part of 20,000 is open, which is more than a day old. */
    const stuck = async () => {
      const at = await paid()
      at.network.beforeEffect = async ({ key }) => (key.includes(':refund:') ? 'lost' : 'arrives')
      await at.refund(20_000, 'key')
      await at.hear('OrderCancelled')
      const [part] = (await at.payment())?.parts ?? []
      if (!part) throw new Error('The payment has no part.')
      const operator = (step: Step, of: { orderId?: string; refundId?: string } = {}) =>
        endRefund(
          { transact: keeping.transact, now: at.now, newId },
          { orderId: at.orderId, refundId: part.id, step, ...of },
        )
      return { ...at, operator, part }
    }
    const problem = (text: string) => ({ problem: expect.stringContaining(text) })
    const done = { done: expect.any(String) }

    it.each([
      ['returned', 'CANCELLED, closed; refunded; 20000 done', ['Paid', 'PartlyRefunded', 'PaymentCancelled'], 30_000],
      ['not-returned', 'CANCELLED, closed; refunded; 20000 refused', ['Paid', 'PaymentCancelled'], 50_000],
    ] as const)(
      'is ended by an operator as %s, and the rest of the order is returned',
      async (step, ends, says, rest) => {
        const at = await stuck()
        await at.settle([at.one], DAY_MS)
        await at.settle([at.one], DAY_MS)
        expect(told(await at.payment())).toBe('APPROVED, closed; split; 20000 open; PaymentCancelled due')
        expect(await at.operator('hold')).toEqual(done)
        await at.pass(2 * MINUTE_MS)
        expect(await at.operator(step)).toEqual(done)
        expect(await at.operator(step)).toEqual(problem('has ended'))
        for (let n = 0; n < 2; n++) await at.settle([at.one, at.two])
        expect(told(await at.payment())).toBe(ends)
        expect(await at.said()).toEqual(says)
        const said = await keeping.said(at.orderId)
        expect(said.at(-1)).toMatchObject({ data: { amount: { amount: rest } } })
      },
    )

    it('is not asked while it is held; an hour later it is asked again, and is not held any more', async () => {
      const at = await stuck()
      await at.settle([at.one], DAY_MS + MINUTE_MS)
      const asked = async () => (await at.payment())?.parts[0]?.asked ?? 0
      for (let n = 0; n < 6; n++) await at.settle([at.one]) // Until it is asked every 30 seconds.
      expect(await at.operator('hold')).toEqual(done)
      const before = await asked()
      for (let n = 0; n < 50; n++) await at.settle([at.one, at.two], MINUTE_MS)
      expect(await asked()).toBe(before)
      await at.settle([at.one], 11 * MINUTE_MS)
      expect(await asked()).toBe(before + 1)
      await at.settle([at.one], 10_000) // The next time is in 30 seconds, as before.
      expect(await asked()).toBe(before + 1)
      await at.settle([at.one], MINUTE_MS)
      expect(await asked()).toBe(before + 2)
      await at.pass(2 * MINUTE_MS)
      expect(await at.operator('returned')).toEqual(problem('is not held'))
    })

    it('is ended by a call that was under way when it was held, if that is known; else it stays held', async () => {
      for (const fate of ['arrives', 'lost'] as const) {
        const at = await stuck()
        await at.pass(DAY_MS + MINUTE_MS)
        const way = gate()
        at.network.beforeEffect = async ({ key }) => {
          if (!key.includes(':refund:')) return 'arrives'
          await way.pass()
          return fate
        }
        const settling = at.settle([at.one], 0)
        await way.reached
        expect(await at.operator('hold')).toEqual(done)
        expect(await at.operator('returned')).toEqual(problem('may still be under way'))
        way.open()
        await settling
        await at.pass(2 * MINUTE_MS)
        expect(await at.operator('not-returned')).toEqual(fate === 'arrives' ? problem('has ended: done') : done)
      }
    })

    it('is left alone before it is a day old, unless it is held, and where there is none', async () => {
      const at = await stuck()
      await at.pass(DAY_MS - MINUTE_MS)
      expect(await at.operator('hold')).toEqual(problem('not a day old'))
      await at.pass(2 * MINUTE_MS)
      expect(await at.operator('returned')).toEqual(problem('is not held'))
      expect(await at.operator('hold', { refundId: newId() })).toEqual(problem('has no refund'))
      expect(await at.operator('hold', { orderId: newId() })).toEqual(problem('no payment'))
      expect(told(await at.payment())).toBe('APPROVED, closed; split; 20000 open; PaymentCancelled due')
    })
  })
}
