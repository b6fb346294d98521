import { beforeAll, describe, expect, it } from '@jest/globals'
import { type Keeping, rigOn } from './rig.ts'

const MINUTE_MS = 60_000
const STOLEN = Array.from({ length: 120 }, (_, n) => `stolen-${n}`)

/** The limits of payment attempts, with any adapter of the tables. They prevent tests of stolen cards. */
export function limitsBehaviour(make: () => Promise<Keeping>): void {
  let keeping: Keeping
  beforeAll(async () => {
    keeping = await make()
  })
  const rig = () => rigOn(keeping)
  /** Orders of one customer, each with its own payment. */
  const orders = (count: number, of = rig()) => Array.from({ length: count }, () => ({ ...of, ...of.another() }))
  const over = { answer: 'TooManyDeclined', retryAfterSeconds: null }

  describe('declined tokens', () => {
    it('of one order are limited to five of 120 sequential tries; the provider gets no more', async () => {
      const at = rig()
      const answers = []
      for (const token of STOLEN) answers.push(await at.charge(token))
      expect(answers).toEqual([...Array(5).fill('Declined'), ...Array(115).fill(over)])
      expect(at.book()).toEqual(Array(5).fill('decline'))
      expect((await at.payment())?.attempts).toHaveLength(5)
      expect(await at.charge('tok_ok')).toEqual(over)
    })

    it('of one order are limited to five of 120 concurrent tries at two replicas', async () => {
      const at = rig()
      for (let round = 0; round < 6; round++)
        await Promise.all(STOLEN.slice(20 * round).map((token, n) => at.charge(token, n % 2 ? at.one : at.two)))
      expect(at.book()).toEqual(Array(5).fill('decline'))
    })

    it('are answered Declined again, and count once', async () => {
      const at = rig()
      for (let n = 0; n < 20; n++) expect(await at.charge('stolen-0')).toBe('Declined')
      for (let n = 1; n < 5; n++) expect(await at.charge(`stolen-${n}`)).toBe('Declined')
      expect(await at.charge('stolen-0')).toBe('Declined')
      expect(await at.charge('stolen-5')).toEqual(over)
      expect(at.book()).toHaveLength(5)
    })

    it('of one customer are limited to ten within an hour over all orders, with the time of the next try', async () => {
      const [first, second, third, ...others] = orders(5)
      for (const [n, order] of [first, second].entries()) {
        await first?.pass(10 * MINUTE_MS)
        for (const token of STOLEN.slice(5 * n, 5 * n + 5)) expect(await order?.charge(token)).toBe('Declined')
      }
      await first?.pass(20 * MINUTE_MS)
      const later = { answer: 'TooManyDeclined', retryAfterSeconds: 30 * 60 }
      for (const order of [third, ...others]) expect(await order?.charge('tok_ok')).toEqual(later)
      expect(await third?.payment()).toBeNull()
      expect(await rig().charge('tok_ok')).toBe('Approved')
      await first?.pass(30 * MINUTE_MS)
      expect(await third?.charge('tok_ok')).toBe('Approved')
    })

    it('of one customer are limited to ten of twenty concurrent tries', async () => {
      const all = orders(20)
      const answers = await Promise.all(all.map((order, n) => order.charge('stolen', n % 2 ? order.one : order.two)))
      const declines = all.flatMap((order) => order.book())
      expect(declines.length).toBeLessThanOrEqual(10)
      expect(answers.filter((answer) => answer === 'Declined')).toHaveLength(declines.length)
      const again = []
      for (const order of all) again.push(await order.charge('stolen-again'))
      expect(all.flatMap((order) => order.book())).toHaveLength(10)
      expect(again.at(-1)).toMatchObject({ answer: 'TooManyDeclined', retryAfterSeconds: expect.any(Number) })
    })

    it('include open attempts, whose outcomes must be known first', async () => {
      const at = rig()
      const way = at.holdCalls()
      const [last, ...all] = orders(11, at)
      const answers = all.map((order) => order.charge('tok_ok'))
      await at.untilOpen(10)
      expect(await last?.charge('tok_ok')).toBe('Unavailable')
      way.open()
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['Approved']))
      expect(await last?.charge('tok_ok')).toBe('Approved')
    })

    it('do not include attempts that a process of an earlier release settled without a payer', async () => {
      const at = rig()
      at.network.afterEffect = async () => 'lost'
      for (const order of orders(10, at)) expect(await order.charge('tok_ok')).toBe('Pending')
      at.network.afterEffect = async () => 'arrives'
      const none = { lock: async () => [], save: () => {} }
      const before = at.replica({
        transact: (cause, work) => keeping.transact(cause, (tx) => work({ ...tx, payers: { ...tx.payers, ...none } })),
      })
      await at.settle([before])
      expect(await at.charge('tok_ok')).toBe('Approved')
    })

    it('do not include refused or voided attempts', async () => {
      const at = rig()
      at.network.beforeEffect = async () => 'refused'
      for (const order of orders(12, at)) expect(await order.charge('tok_ok')).toBe('Unavailable')
      at.network.beforeEffect = async ({ type }) => (type === 'charge' ? 'lost' : 'arrives')
      for (const order of orders(12, at)) {
        expect(await order.charge('tok_ok')).toBe('Pending')
        await order.hear('OrderCancelled')
        await at.settle()
      }
      at.network.beforeEffect = async () => 'arrives'
      expect(await at.charge('tok_ok')).toBe('Approved')
    })
  })
}
