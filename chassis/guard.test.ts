import { describe, expect, it, jest } from '@jest/globals'
import { createGuard, GUARD_SETTINGS, REFUSED } from './guard.ts'

const judge = (outcome: string) => (outcome === 'bad' ? 'failed' : 'ok')
const rig = (settings = {}) => {
  const guard = createGuard({ ...GUARD_SETTINGS, ...settings })
  const calls = async (outcome: 'good' | 'bad', times: number) => {
    for (let i = 0; i < times; i++) await guard.run(async () => outcome, judge)
  }
  return { guard, calls }
}

describe('a guarded service', () => {
  it('is not called while the circuit is open', async () => {
    const { guard, calls } = rig()
    await calls('bad', 20)
    expect(guard.state()).toBe('open')
    expect(guard.admits()).toBe(false)
    const call = jest.fn(async () => 'good')
    expect(await guard.run(call, judge)).toBe(REFUSED)
    expect(call).not.toHaveBeenCalled()
  })

  it('that throws counts as failed, and the error reaches the caller', async () => {
    const { guard } = rig({ minFailures: 1 })
    const call = () => Promise.reject(new Error('a bug'))
    await expect(guard.run(call, judge)).rejects.toThrow('a bug')
    expect(guard.state()).toBe('open')
  })

  it('passes the caller on to the circuit: one caller’s failures count once', async () => {
    const { guard } = rig({ minFailures: 2 })
    const fail = (caller: string) => guard.run(async () => 'bad', judge, { caller })
    for (const caller of ['a', 'a', 'a']) await fail(caller)
    expect(guard.state()).toBe('closed')
    await fail('b')
    expect(guard.state()).toBe('open')
  })
})

describe('the limit', () => {
  it('refuses calls beyond it, which do not count as failures', async () => {
    const { guard } = rig({ maxConcurrent: 2 })
    const slow = Promise.withResolvers<string>()
    const underWay = [guard.run(() => slow.promise, judge), guard.run(() => slow.promise, judge)]
    expect(guard.admits()).toBe(false)
    for (let i = 0; i < 50; i++) expect(await guard.run(async () => 'good', judge)).toBe(REFUSED)
    slow.resolve('good')
    expect(await Promise.all(underWay)).toEqual(['good', 'good'])
    expect(guard.state()).toBe('closed')
    expect(guard.admits()).toBe(true)
  })

  it('neither refuses nor counts calls that are limited elsewhere', async () => {
    const { guard } = rig({ maxConcurrent: 1 })
    const slow = Promise.withResolvers<string>()
    const beyond = () => guard.run(() => slow.promise, judge, { limitedElsewhere: true })
    const underWay = [beyond(), beyond()]
    expect(guard.admits()).toBe(true)
    underWay.push(
      guard.run(() => slow.promise, judge),
      beyond(),
    )
    expect(guard.admits()).toBe(false)
    slow.resolve('good')
    expect(await Promise.all(underWay)).toEqual(Array(4).fill('good'))
    expect(guard.admits()).toBe(true)
  })
})
