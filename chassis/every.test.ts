import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { every } from './every.ts'
import { createLogger } from './log.ts'

const log = createLogger('test')
log.level = 'silent'
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms)

describe('a job', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  it('runs at once, and again after each pause; never twice at the same time', async () => {
    let done = 0
    const job = every(
      1_000,
      async () => {
        // real time: faked above
        await new Promise((resolve) => setTimeout(resolve, 5_000))
        done += 1
      },
      log,
    )
    await pass(4_999)
    expect(done).toBe(0)
    await pass(1)
    expect(done).toBe(1)
    await pass(5_999)
    expect(done).toBe(1)
    await pass(1)
    expect(done).toBe(2)
    await job.stop()
  })

  it('that fails is logged and runs again', async () => {
    const warn = jest.spyOn(log, 'warn')
    let tries = 0
    const job = every(
      1_000,
      () => {
        tries += 1
        const away = new Error('the database is away')
        if (tries === 2) throw away // at once
        return Promise.reject(away)
      },
      log,
    )
    await pass(2_500)
    expect([tries, warn.mock.calls.length]).toEqual([3, 3])
    await job.stop()
  })

  it('can be run now: at once, or once more if it is running', async () => {
    let begun = 0
    const ends: (() => void)[] = []
    const job = every(
      60_000,
      () => {
        begun += 1
        return new Promise<void>((resolve) => ends.push(resolve))
      },
      log,
    )
    job.now()
    job.now()
    expect(begun).toBe(1)
    ends[0]?.()
    await pass(0)
    expect(begun).toBe(2)
    ends[1]?.()
    await pass(59_999)
    expect(begun).toBe(2)
    job.now()
    expect(begun).toBe(3)
    ends[2]?.()
    await job.stop()
  })

  it('stops for good once the current run has ended', async () => {
    let begun = 0
    const end = Promise.withResolvers<void>()
    const job = every(
      10,
      () => {
        begun += 1
        return end.promise
      },
      log,
    )
    let isStopped = false
    const stopping = job.stop().then(() => (isStopped = true))
    await pass(100)
    expect(isStopped).toBe(false)
    end.resolve()
    await stopping
    job.now()
    await pass(100)
    expect(begun).toBe(1)
  })
})
