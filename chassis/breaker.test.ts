import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createBreaker, type Verdict } from './breaker.ts'

beforeEach(() => {
  jest.useFakeTimers({ now: 0 })
})
afterEach(() => {
  jest.useRealTimers()
})

const SETTINGS = { failureRatio: 0.5, windowMs: 10_000, openForMs: 3_000 }
const rig = (minFailures: number) => {
  const states: string[] = []
  const breaker = createBreaker({ ...SETTINGS, minFailures }, (state) => states.push(state))
  const call = (caller: string | null, verdict: Verdict, times = 1) => {
    for (let n = 0; n < times; n++) breaker.begin(caller)(verdict)
  }
  const callers = (name: string, count: number, verdict: Verdict) => {
    for (let n = 0; n < count; n++) call(`${name} ${n}`, verdict)
  }
  return { breaker, states, call, callers }
}

describe('a circuit with calls without a caller', () => {
  it('stays closed below the failure ratio', () => {
    const { breaker, call } = rig(20)
    call(null, 'ok', 31)
    call(null, 'failed', 30)
    expect(breaker.state()).toBe('closed')
  })

  it('opens at 20 failures', () => {
    const { breaker, call, states } = rig(20)
    call(null, 'failed', 19)
    expect(breaker.state()).toBe('closed')
    call(null, 'failed')
    expect(states).toEqual(['open'])
    expect(breaker.admits(null)).toBe(false)
  })

  it('opens at exactly the failure ratio', () => {
    const { breaker, call } = rig(20)
    call(null, 'ok', 20)
    call(null, 'failed', 20)
    expect(breaker.state()).toBe('open')
  })

  it('forgets failures older than the window', () => {
    const { breaker, call } = rig(20)
    for (let second = 0; second < 30; second++) {
      call(null, 'failed')
      jest.advanceTimersByTime(1_000)
    }
    expect(breaker.state()).toBe('closed')
  })

  it('admits one trial after 3 s, and closes when it succeeds', () => {
    const { breaker, call, states } = rig(20)
    call(null, 'failed', 20)
    jest.advanceTimersByTime(3_000)
    expect(breaker.admits(null)).toBe(true)
    const end = breaker.begin(null)
    expect(breaker.admits(null)).toBe(false)
    end('ok')
    expect(states).toEqual(['open', 'half-open', 'closed'])
    call(null, 'failed', 19)
    expect(breaker.state()).toBe('closed')
  })

  it('stays open for another 3 s when the trial fails', () => {
    const { breaker, call, states } = rig(20)
    call(null, 'failed', 20)
    jest.advanceTimersByTime(3_000)
    call(null, 'failed')
    expect(states).toEqual(['open', 'half-open', 'open'])
    jest.advanceTimersByTime(2_999)
    expect(breaker.admits(null)).toBe(false)
    jest.advanceTimersByTime(1)
    expect(breaker.admits(null)).toBe(true)
  })
})

describe('a circuit with callers', () => {
  it('is not opened by one caller, however many of its calls fail', () => {
    const { breaker, call } = rig(10)
    call('one', 'failed', 10_000)
    expect(breaker.state()).toBe('closed')
  })

  it('is not opened by nine failing callers', () => {
    const { breaker, callers } = rig(10)
    for (let n = 0; n < 100; n++) callers('nine', 9, 'failed')
    expect(breaker.state()).toBe('closed')
  })

  it('is not opened by nine failing callers even if they are the majority', () => {
    const { breaker, callers } = rig(10)
    callers('well', 5, 'ok')
    callers('nine', 9, 'failed')
    expect(breaker.state()).toBe('closed')
  })

  it('opens when ten callers fail', () => {
    const { breaker, callers } = rig(10)
    callers('ten', 10, 'failed')
    expect(breaker.state()).toBe('open')
  })

  it('stays closed while more than half of the callers succeed, however often the others call', () => {
    const { breaker, callers } = rig(10)
    callers('well', 51, 'ok')
    for (let n = 0; n < 100; n++) callers('bad', 50, 'failed')
    expect(breaker.state()).toBe('closed')
    callers('one more', 1, 'failed')
    expect(breaker.state()).toBe('open')
  })

  it('counts the share of each caller’s calls that failed', () => {
    const { breaker, call, callers } = rig(10)
    callers('all', 30, 'ok')
    callers('all', 29, 'failed')
    expect(breaker.state()).toBe('closed')
    call('all 29', 'failed')
    expect(breaker.state()).toBe('open')
  })

  it('is not opened by a run of bad luck while two of five calls fail', () => {
    const { breaker, callers } = rig(10)
    for (let round = 0; round < 100; round++) {
      callers('all', 30, 'ok')
      callers('all', 20, 'failed')
      jest.advanceTimersByTime(2_000)
    }
    expect(breaker.state()).toBe('closed')
  })

  it('forgets callers who have not called for 10 s', () => {
    const { breaker, callers } = rig(10)
    callers('before', 9, 'failed')
    jest.advanceTimersByTime(10_000)
    callers('later', 9, 'failed')
    expect(breaker.state()).toBe('closed')
  })

  it('counts a caller anew whose vote has expired', () => {
    const { breaker, call, callers } = rig(10)
    call('one', 'failed')
    jest.advanceTimersByTime(10_000)
    call('one', 'failed')
    callers('others', 8, 'failed')
    expect(breaker.state()).toBe('closed')
    jest.advanceTimersByTime(9_000)
    call('one', 'failed')
    jest.advanceTimersByTime(1_000)
    callers('later', 8, 'failed')
    expect(breaker.state()).toBe('closed')
    callers('last', 1, 'failed')
    expect(breaker.state()).toBe('open')
  })

  it('opens when the service is unreachable, whoever calls: no caller can cause that', () => {
    const { breaker, call } = rig(10)
    call('one', 'unreached', 9)
    expect(breaker.state()).toBe('closed')
    call('one', 'unreached')
    expect(breaker.state()).toBe('open')
  })

  it('ignores the outcomes of calls that began before it opened', () => {
    const { breaker, callers } = rig(10)
    const [good, bad] = [breaker.begin('good'), breaker.begin('bad')]
    callers('ten', 10, 'failed')
    jest.advanceTimersByTime(3_000)
    const end = breaker.begin('trial')
    bad('failed')
    good('ok')
    expect(breaker.state()).toBe('half-open')
    end('ok')
    expect(breaker.state()).toBe('closed')
  })
})

describe('a half-open circuit', () => {
  const opened = () => {
    const at = rig(10)
    at.callers('ten', 10, 'failed')
    jest.advanceTimersByTime(3_000)
    return at
  }

  it('is closed by the first success, even if another caller’s trial failed', () => {
    const { breaker, call, states } = opened()
    call('slow', 'failed')
    call('well', 'ok')
    expect(states).toEqual(['open', 'half-open', 'closed'])
    expect(breaker.admits('slow')).toBe(true)
  })

  it('admits each caller once in 3 s, so that none can use up the trials or wait for ever', () => {
    const { breaker, call } = opened()
    const end = breaker.begin('slow')
    expect(breaker.admits('slow')).toBe(false)
    expect(breaker.admits('well')).toBe(true)
    end('failed')
    expect(breaker.admits('slow')).toBe(false)
    jest.advanceTimersByTime(3_000)
    expect(breaker.admits('slow')).toBe(true)
    for (let n = 0; n < 50; n++) {
      call('slow', 'failed')
      jest.advanceTimersByTime(3_000)
    }
    expect(breaker.state()).toBe('half-open')
  })

  it('admits at most ten concurrent trials', () => {
    const { breaker } = opened()
    const ends = Array.from({ length: 10 }, (_, n) => breaker.begin(`trial ${n}`))
    expect(breaker.admits('another')).toBe(false)
    ends[0]?.('failed')
    expect(breaker.admits('another')).toBe(true)
  })

  it('opens again when ten callers’ trials fail', () => {
    const { breaker, callers } = opened()
    callers('nine', 9, 'failed')
    expect(breaker.state()).toBe('half-open')
    callers('one more', 1, 'failed')
    expect(breaker.state()).toBe('open')
  })

  it('opens again when the service is unreachable', () => {
    const { breaker, call } = opened()
    call('one', 'unreached')
    expect(breaker.state()).toBe('open')
  })
})

describe('a circuit that is not closed', () => {
  it('counts as broken while somebody calls, whether it is open or half-open, and for half a minute after that', () => {
    const { breaker, call } = rig(10)
    expect(breaker.isBroken()).toBe(false)
    for (let n = 0; n < 10; n++) call(`caller ${n}`, 'failed')
    expect(breaker.isBroken()).toBe(true)
    // One caller's trials neither close nor open it.
    for (let n = 0; n < 10; n++) {
      jest.advanceTimersByTime(29_000)
      expect([breaker.admits('one'), breaker.isBroken()]).toEqual([true, true])
      call('one', 'failed')
    }
    expect(breaker.state()).toBe('half-open')
    jest.advanceTimersByTime(29_999)
    expect(breaker.isBroken()).toBe(true)
    jest.advanceTimersByTime(1)
    expect([breaker.isBroken(), breaker.state()]).toEqual([false, 'half-open'])
    expect([breaker.admits('one'), breaker.isBroken()]).toEqual([true, true])
  })

  it('does not count as broken any more once it is closed', () => {
    const { breaker, call } = rig(10)
    for (let n = 0; n < 10; n++) call(`caller ${n}`, 'failed')
    jest.advanceTimersByTime(3_000)
    call('one', 'ok')
    expect([breaker.state(), breaker.isBroken()]).toEqual(['closed', false])
  })
})
