import { beforeAll, describe, expect, it } from '@jest/globals'
import { told } from './payments.ts'
import { gate, type Keeping, rigOn } from './rig.ts'

const never = new Promise<never>(() => {})

/** The behaviour of the payment context when an order is charged, with any adapter of its tables. */
export function chargingBehaviour(make: () => Promise<Keeping>): void {
  let keeping: Keeping
  beforeAll(async () => {
    keeping = await make()
  })
  const rig = () => rigOn(keeping)

  describe('a charge', () => {
    it('is approved once, also for repeated and concurrent requests to several replicas', async () => {
      const at = rig()
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => at.charge('tok_ok', n % 2 ? at.one : at.two)),
      )
      expect(new Set(answers)).toEqual(new Set(['Approved']))
      expect(at.book()).toEqual(['charge'])
      expect(await at.said()).toEqual(['Paid'])
      expect(await at.charge('tok_another')).toBe('Approved')
    })

    it('is committed as an open attempt before the provider is called, once for all concurrent requests', async () => {
      const at = rig()
      const seen: string[] = []
      at.network.beforeEffect = async () => {
        seen.push(told(await at.payment()))
        return 'arrives'
      }
      await Promise.all([1, 2, 3].map(() => at.charge('tok_ok')))
      expect(seen).toEqual(['NONE; open'])
    })

    it('has one open attempt at most: by another token it is Pending', async () => {
      const at = rig()
      const way = at.holdCalls()
      const first = at.charge('tok_ok')
      await way.reached
      expect(await at.charge('tok_slow', at.two)).toBe('Pending')
      way.open()
      expect(await first).toBe('Approved')
      expect(at.book()).toEqual(['charge'])
    })

    it('opens one attempt when two tokens race for the first', async () => {
      const at = rig()
      const answers = await Promise.all([at.charge('tok_ok', at.one), at.charge('tok_slow', at.two)])
      expect(answers).toContain('Approved')
      expect(answers.every((answer) => answer === 'Approved' || answer === 'Pending')).toBe(true)
      expect(at.book()).toEqual(['charge'])
      expect(await at.said()).toEqual(['Paid'])
    })

    it('may be tried by another token after it was declined', async () => {
      const at = rig()
      expect(await at.charge('tok_declined')).toBe('Declined')
      expect(await at.charge('tok_declined')).toBe('Declined')
      expect(await at.charge('tok_ok')).toBe('Approved')
      expect(await at.said()).toEqual(['PaymentDeclined', 'Paid'])
      expect(at.paid()).toBe(50_000)
    })

    it('that the provider refuses leaves no attempt, and may be retried with the same token', async () => {
      const at = rig()
      at.network.beforeEffect = async () => 'refused'
      expect(await at.charge('tok_ok')).toBe('Unavailable')
      expect(told(await at.payment())).toBe('NONE')
      at.network.beforeEffect = async () => 'arrives'
      expect(await at.charge('tok_ok')).toBe('Approved')
    })

    it('is not begun while the provider takes none', async () => {
      const at = rig()
      at.network.takesCharges = () => false
      expect(await at.charge('tok_ok')).toBe('Unavailable')
      expect(await at.payment()).toBeNull()
    })
  })

  describe('an attempt whose outcome is not known', () => {
    it.each(['before', 'after'])('because the call was lost %s its effect is retried until it is', async (when) => {
      const at = rig()
      if (when === 'before') at.network.beforeEffect = async () => 'lost'
      else at.network.afterEffect = async () => 'lost'
      expect(await at.charge('tok_ok')).toBe('Pending')
      await at.settle()
      expect(told(await at.payment())).toBe('NONE; open')
      expect(await at.said()).toEqual([])
      at.network.beforeEffect = async () => 'arrives'
      at.network.afterEffect = async () => 'arrives'
      await at.settle([at.one, at.two])
      expect(await at.said()).toEqual(['Paid'])
      expect(at.book()).toEqual(['charge'])
      expect(await at.charge('tok_ok')).toBe('Approved')
    })

    it('is retried by one replica at a time, with growing intervals', async () => {
      const at = rig()
      let asked = 0
      at.network.beforeEffect = async () => {
        asked++
        return 'lost'
      }
      await at.charge('tok_ok')
      await at.settle([at.one, at.two])
      expect(asked).toBe(2)
      await at.settle([at.one, at.two], 1_000)
      expect(asked).toBe(2)
      await at.settle([at.one, at.two], 1_000)
      expect(asked).toBe(3)
    })

    it('becomes known by repeating the request', async () => {
      const at = rig()
      at.network.afterEffect = async () => 'lost'
      expect(await at.charge('tok_ok')).toBe('Pending')
      at.network.afterEffect = async () => 'arrives'
      expect(await at.charge('tok_ok', at.two)).toBe('Approved')
      expect(at.book()).toEqual(['charge'])
    })

    it('because a replica died during the call is retried by another after the call timeout', async () => {
      const at = rig()
      const dies = gate()
      at.network.beforeEffect = async () => {
        await dies.pass()
        return never
      }
      void at.charge('tok_ok')
      await dies.reached
      at.network.beforeEffect = async () => 'arrives'
      await at.settle([at.two], 5_000)
      expect(at.book()).toEqual([])
      await at.settle([at.two], 1_000)
      expect(await at.said()).toEqual(['Paid'])
    })

    it('because a replica died before it saved the outcome is retried', async () => {
      const at = rig()
      let transactions = 0
      const dying = at.replica({
        transact: (cause, work) => {
          if (++transactions > 1) throw new Error('The database is away.')
          return keeping.transact(cause, work)
        },
      })
      await expect(at.charge('tok_ok', dying)).rejects.toThrow('away')
      expect(at.book()).toEqual(['charge'])
      expect(await at.said()).toEqual([])
      await at.settle([at.one, at.two])
      expect(at.book()).toEqual(['charge'])
      expect(await at.said()).toEqual(['Paid'])
    })
  })
}
