import { describe, expect, it } from '@jest/globals'
import { keyedQueue, serializeByKey } from './keyed-queue.ts'

/** Work that is recorded when it begins, and runs until the test ends it. */
function works() {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      begun.push(name)
      ends.set(name, resolve)
    })
  const end = (name: string) => {
    ends.get(name)?.()
    return new Promise(setImmediate)
  }
  return { begun, work, end }
}

describe('a keyed queue', () => {
  it('runs tasks of one key in order, those of different keys concurrently', async () => {
    const { begun, work, end } = works()
    const running = keyedQueue(10)
    for (const name of ['a1', 'a2', 'b1', 'a3', 'b2']) await running.add(name.slice(0, 1), work(name))
    expect(begun).toEqual(['a1', 'b1'])
    await end('b1')
    expect(begun).toEqual(['a1', 'b1', 'b2'])
    await end('a1')
    await end('a2')
    expect(begun).toEqual(['a1', 'b1', 'b2', 'a2', 'a3'])
  })

  it('accepts another task only when there is room', async () => {
    const { begun, work, end } = works()
    const running = keyedQueue(2)
    await running.add('a', work('a1'))
    let isThereRoom = false
    const full = running.add('b', work('b1')).then(() => (isThereRoom = true))
    await new Promise(setImmediate)
    expect([begun, isThereRoom]).toEqual([['a1', 'b1'], false])
    await end('b1')
    await full
  })

  it('is idle when no task is left, including those added meanwhile', async () => {
    const { work, end } = works()
    const running = keyedQueue(10)
    await running.idle()
    await running.add('a', work('a1'))
    let isIdle = false
    const idle = running.idle().then(() => (isIdle = true))
    await running.add('b', work('b1'))
    await end('a1')
    expect(isIdle).toBe(false)
    await end('b1')
    await idle
  })
})

describe('serializing by key', () => {
  it('runs tasks of one key one after the other, others concurrently, and returns each one’s result', async () => {
    const { begun, work, end } = works()
    const turn = serializeByKey()
    const answers = ['a1', 'b1', 'a2'].map((name) => turn(name.slice(0, 1), () => work(name)().then(() => name)))
    await new Promise(setImmediate)
    expect(begun).toEqual(['a1', 'b1'])
    await end('a1')
    expect(begun).toEqual(['a1', 'b1', 'a2'])
    await end('a2')
    await end('b1')
    expect(await Promise.all(answers)).toEqual(['a1', 'b1', 'a2'])
  })

  it('delays the next task for a while only when one hangs', async () => {
    const { begun, work } = works()
    const turn = serializeByKey(10)
    void turn('a', work('hangs'))
    expect(await turn('a', async () => 'done')).toBe('done')
    expect(await turn('a', async () => 'done too')).toBe('done too')
    expect(begun).toEqual(['hangs'])
  })

  it('continues with the next task after one fails', async () => {
    const turn = serializeByKey()
    const failing = turn('a', async () => {
      throw new Error('out of flowers')
    })
    const next = turn('a', async () => 'done')
    await expect(failing).rejects.toThrow('out of flowers')
    expect(await next).toBe('done')
  })

  it('tells whether a task of a key is running or waiting', async () => {
    const { work, end } = works()
    const turn = serializeByKey()
    const first = turn('a', work('a1'))
    const second = turn('a', work('a2'))
    expect([turn.isBusy('a'), turn.isBusy('b')]).toEqual([true, false])
    await new Promise(setImmediate)
    await end('a1')
    await first
    expect(turn.isBusy('a')).toBe(true)
    await end('a2')
    await second
    await new Promise(setImmediate)
    expect(turn.isBusy('a')).toBe(false)
  })
})
