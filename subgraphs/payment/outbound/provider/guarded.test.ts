import { describe, expect, it } from '@jest/globals'
import { CALLER_GUARD_SETTINGS, createGuard } from '../../../../chassis/guard.ts'
import { guarded } from './guarded.ts'
import { memoryProvider, type NetworkFaults } from './memory.ts'

const amount = { amount: 50_000, currency: 'KRW' } as const
const charge = (key: string) => ({ key, token: 'tok_ok', amount, reference: key })
const refund = (key: string, chargeKey: string) => ({ key, chargeKey, amount, reference: 'order-1' })
const paying = (customerId: string) => ({ customerId, settling: false })
const settling = (customerId: string) => ({ customerId, settling: true })

const rig = (options: { atOnce?: number; atOnceEach?: number } & NetworkFaults = {}) => {
  const { atOnce = 100, atOnceEach = 4, ...network } = options
  const guard = createGuard({ ...CALLER_GUARD_SETTINGS, maxConcurrent: atOnce })
  return { guard, provider: guarded(memoryProvider(network), guard, atOnceEach) }
}
/** Calls arrive at the provider when it is let go. */
const held = () => {
  const waits = Promise.withResolvers<'arrives'>()
  return { beforeEffect: () => waits.promise, release: () => waits.resolve('arrives') }
}

describe('the limit', () => {
  it('refuses calls above the limit at once, and reports before that no charge is taken', async () => {
    const { beforeEffect, release } = held()
    const { provider } = rig({ atOnce: 1, beforeEffect })
    expect(provider.takesCharges('lee')).toBe(true)
    const first = provider.charge(charge('one'), paying('lee'))
    expect(provider.takesCharges('hong')).toBe(false)
    expect(await provider.charge(charge('two'), paying('hong'))).toBe('refused')
    release()
    expect(await first).toBe('charged')
    expect(provider.takesCharges('hong')).toBe(true)
  })

  it('limits one customer’s charges, too, so that other customers have the other places', async () => {
    const { beforeEffect, release } = held()
    const { provider } = rig({ beforeEffect })
    const slow = [1, 2, 3, 4].map((n) => provider.charge(charge(`slow ${n}`), paying('lee')))
    expect(provider.takesCharges('lee')).toBe(false)
    expect(await provider.charge(charge('slow 5'), paying('lee'))).toBe('refused')
    expect(provider.takesCharges('hong')).toBe(true)
    const other = provider.charge(charge('other'), paying('hong'))
    release()
    expect(await Promise.all([...slow, other])).toEqual(Array(5).fill('charged'))
    expect(provider.takesCharges('lee')).toBe(true)
  })

  it('holds up no settling, nor does settling take a customer’s place', async () => {
    const { beforeEffect, release } = held()
    const { provider } = rig({ atOnce: 1, atOnceEach: 1, beforeEffect })
    const again = provider.charge(charge('not known yet'), settling('lee'))
    expect(provider.takesCharges('lee')).toBe(true)
    const first = provider.charge(charge('one'), paying('lee'))
    const voided = provider.void({ key: 'two', reference: 'order-2' }, settling('lee'))
    release()
    expect(await Promise.all([again, first, voided])).toEqual(['charged', 'charged', 'voided'])
    expect(await provider.refund(refund('r', 'one'), settling('lee'))).toBe('refunded')
  })
})

describe('settling', () => {
  it('limits the retried charges of one customer, but not the refunds of others', async () => {
    const { beforeEffect, release } = held()
    const { provider } = rig({
      beforeEffect: ({ type }) => (type === 'charge' ? beforeEffect() : Promise.resolve('arrives')),
    })
    const hanging = [1, 2, 3, 4].map((n) => provider.charge(charge(`hanging ${n}`), settling('lee')))
    expect(await provider.charge(charge('hanging 5'), settling('lee'))).toBe('refused')
    expect(await provider.void({ key: 'v', reference: 'order-1' }, settling('lee'))).toBe('voided')
    release()
    expect(await Promise.all(hanging)).toEqual(Array(4).fill('charged'))
    expect(await provider.charge(charge('hanging 5'), settling('lee'))).toBe('charged')
  })
})

describe('the circuit', () => {
  it.each(['lost', 'refused'] as const)('is not opened by nine customers whose calls are %s', async (becomes) => {
    const { guard, provider } = rig({ beforeEffect: async () => becomes })
    for (let n = 0; n < 200; n++) {
      await provider.charge(charge(`${n}`), paying(`customer ${n % 9}`))
      await provider.charge(charge(`${n}`), settling(`customer ${n % 9}`))
    }
    expect(guard.state()).toBe('closed')
  })

  it.each(['lost', 'refused'] as const)(
    'opens when ten customers’ calls are %s, also for settling',
    async (becomes) => {
      const { guard, provider } = rig({ beforeEffect: async () => becomes })
      for (let n = 0; n < 10; n++) await provider.charge(charge(`${n}`), paying(`customer ${n}`))
      expect(guard.state()).toBe('open')
      expect(provider.takesCharges('another')).toBe(false)
      expect(await provider.void({ key: '0', reference: 'order-0' }, settling('customer 0'))).toBe('refused')
    },
  )
})
