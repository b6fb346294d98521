import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { REFUSED } from './guard.ts'
import { createKeyedLimiter } from './keyed-limiter.ts'

beforeEach(() => {
  jest.useFakeTimers({ now: 0 })
})
afterEach(() => {
  jest.useRealTimers()
})

const never = Number.MAX_SAFE_INTEGER
/** Calls that run until the test ends them by name; `begun` lists those that were started, in order. */
const rig = (settings = {}) => {
  const shares = createKeyedLimiter({ maxConcurrent: 2, maxQueued: 3, maxQueuedInAll: 4, ...settings })
  const ends = new Map<string, () => void>()
  const begun: string[] = []
  const call = (key: string, name: string, until = 60_000) =>
    shares.run(key, until, () => {
      begun.push(name)
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
    })
  const end = async (name: string, done: Promise<unknown>) => {
    ends.get(name)?.()
    await done
  }
  return { shares, begun, call, end }
}
/** Lets all pending promises settle. */
const settled = () => jest.advanceTimersByTimeAsync(0)

describe('a keyed limiter', () => {
  it('limits the running calls of a key; the next start as others end, first come, first served', async () => {
    const { shares, begun, call, end } = rig()
    const [a, b, c, d] = [call('lee', 'a'), call('lee', 'b'), call('lee', 'c'), call('lee', 'd')]
    await settled()
    expect(begun).toEqual(['a', 'b'])
    expect(shares.admits('lee')).toBe(false)
    await end('b', b)
    await settled()
    expect(begun).toEqual(['a', 'b', 'c'])
    await end('a', a)
    await settled()
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    await end('c', c)
    await end('d', d)
    expect(await Promise.all([a, b, c, d])).toEqual(['a', 'b', 'c', 'd'])
    expect(shares.admits('lee')).toBe(true)
  })

  it('lets no key wait for another', async () => {
    const { begun, call } = rig({ maxQueued: 100, maxQueuedInAll: 100 })
    for (let n = 0; n < 50; n++) void call('lee', `lee ${n}`)
    void call('hong', 'hong')
    await settled()
    expect(begun).toEqual(['lee 0', 'lee 1', 'hong'])
  })

  it('passes on the slot of a call that throws', async () => {
    const { shares } = rig({ maxConcurrent: 1 })
    const fails = Promise.withResolvers<string>()
    const first = shares.run('lee', never, () => fails.promise)
    const second = shares.run('lee', 60_000, async () => 'second')
    fails.reject(new Error('a bug'))
    await expect(first).rejects.toThrow('a bug')
    expect(await second).toBe('second')
    expect(shares.admits('lee')).toBe(true)
  })
})

describe('waiting for a slot', () => {
  it('ends at the deadline, and a slot that becomes free later goes to the next', async () => {
    const { begun, call, end } = rig({ maxConcurrent: 1 })
    const first = call('lee', 'first')
    const [short, long] = [call('lee', 'short', 500), call('lee', 'long')]
    await jest.advanceTimersByTimeAsync(499)
    const over = jest.fn()
    void short.then(over)
    await settled()
    expect(over).not.toHaveBeenCalled()
    await jest.advanceTimersByTimeAsync(1)
    expect(await short).toBe(REFUSED)
    await end('first', first)
    await settled()
    expect(begun).toEqual(['first', 'long'])
    await end('long', long)
  })

  it('is refused if the deadline has passed', async () => {
    const { call } = rig({ maxConcurrent: 1 })
    void call('lee', 'first')
    expect(await call('lee', 'second', 0)).toBe(REFUSED)
  })

  it('is refused at once beyond the key’s queue', async () => {
    const { call } = rig({ maxQueuedInAll: 100 })
    for (let n = 0; n < 2 + 3; n++) void call('lee', `${n}`)
    expect(await call('lee', 'one more')).toBe(REFUSED)
  })

  it('is refused at once beyond the common queue; calls with a free slot are not', async () => {
    const { begun, call } = rig({ maxQueued: 2 })
    for (const who of ['lee', 'hong']) for (let n = 0; n < 2 + 2; n++) void call(who, `${who} ${n}`)
    void call('kim', 'kim 0')
    void call('kim', 'kim 1')
    expect(await call('kim', 'kim 2')).toBe(REFUSED)
    expect(begun).toEqual(['lee 0', 'lee 1', 'hong 0', 'hong 1', 'kim 0', 'kim 1'])
  })

  it('frees its place in the queue when it ends, with a slot or at the deadline', async () => {
    const { call, end } = rig({ maxConcurrent: 1, maxQueuedInAll: 1 })
    const first = call('lee', 'first')
    const second = call('lee', 'second')
    void call('hong', 'third')
    expect(await call('hong', 'too many')).toBe(REFUSED)
    await end('first', first)
    await settled()
    const waits = call('hong', 'fourth', 500)
    expect(await call('lee', 'too many again')).toBe(REFUSED)
    await jest.advanceTimersByTimeAsync(500)
    expect(await waits).toBe(REFUSED)
    const last = call('lee', 'last')
    await end('second', second)
    await settled()
    await end('last', last)
    expect(await last).toBe('last')
  })
})
