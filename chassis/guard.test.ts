import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createGuard, GUARD_SETTINGS, REFUSED } from './guard.ts'

beforeEach(() => {
  jest.useFakeTimers({ now: 0 })
})
afterEach(() => {
  jest.useRealTimers()
})

const failed = (outcome: string) => outcome === 'bad'
const rig = (settings = {}) => {
  const states: string[] = []
  const guard = createGuard({ ...GUARD_SETTINGS, ...settings }, (state) => states.push(state))
  const calls = async (outcome: 'good' | 'bad', times: number) => {
    for (let i = 0; i < times; i++) await guard.run(async () => outcome, failed)
  }
  return { guard, states, calls }
}

describe('the circuit', () => {
  it('stays closed below the share of failures', async () => {
    const { guard, calls } = rig()
    await calls('good', 11)
    await calls('bad', 10)
    expect(guard.state()).toBe('closed')
  })

  it('opens at half of at least 20 calls, and refuses at once without calling', async () => {
    const { guard, calls, states } = rig()
    await calls('bad', 19)
    expect(guard.state()).toBe('closed')
    await calls('bad', 1)
    expect(guard.state()).toBe('open')
    expect(guard.admits()).toBe(false)
    const call = jest.fn(async () => 'good')
    expect(await guard.run(call, failed)).toBe(REFUSED)
    expect(call).not.toHaveBeenCalled()
    expect(states).toEqual(['open'])
  })

  it('counts exactly half as open', async () => {
    const { guard, calls } = rig()
    await calls('good', 10)
    await calls('bad', 10)
    expect(guard.state()).toBe('open')
  })

  it('forgets failures that are long past', async () => {
    const { guard, calls } = rig()
    for (let second = 0; second < 30; second++) {
      await calls('bad', 1)
      jest.advanceTimersByTime(1_000)
    }
    expect(guard.state()).toBe('closed')
  })

  it('lets one call try after 3 s, refusing the others meanwhile, and closes when it is good', async () => {
    const { guard, calls, states } = rig()
    await calls('bad', 20)
    jest.advanceTimersByTime(3_000)
    expect(guard.admits()).toBe(true)
    const tried = Promise.withResolvers<string>()
    const trying = guard.run(() => tried.promise, failed)
    expect(guard.state()).toBe('half-open')
    expect(await guard.run(async () => 'good', failed)).toBe(REFUSED)
    tried.resolve('good')
    expect(await trying).toBe('good')
    expect(states).toEqual(['open', 'half-open', 'closed'])
  })

  it('stays open for another 3 s when the one that tried is bad', async () => {
    const { guard, calls } = rig()
    await calls('bad', 20)
    jest.advanceTimersByTime(3_000)
    expect(await guard.run(async () => 'bad', failed)).toBe('bad')
    jest.advanceTimersByTime(2_999)
    expect(guard.admits()).toBe(false)
  })
})

describe('the limit', () => {
  it('refuses what is too much at once, and counts that as nobody’s failure', async () => {
    const { guard } = rig({ atOnce: 2 })
    const slow = Promise.withResolvers<string>()
    const underWay = [guard.run(() => slow.promise, failed), guard.run(() => slow.promise, failed)]
    expect(guard.admits()).toBe(false)
    for (let i = 0; i < 50; i++) expect(await guard.run(async () => 'good', failed)).toBe(REFUSED)
    slow.resolve('good')
    expect(await Promise.all(underWay)).toEqual(['good', 'good'])
    expect(guard.state()).toBe('closed')
    expect(guard.admits()).toBe(true)
  })
})
