import { describe, expect, it } from '@jest/globals'
import { lanes } from './lanes.ts'

/** Work that begins, is noted, and ends when told. */
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

describe('lanes', () => {
  it('run work of one key in its order, of others side by side', async () => {
    const { begun, work, end } = works()
    const running = lanes(10)
    for (const name of ['a1', 'a2', 'b1', 'a3', 'b2']) await running.add(name.slice(0, 1), work(name))
    expect(begun).toEqual(['a1', 'b1'])
    await end('b1')
    expect(begun).toEqual(['a1', 'b1', 'b2'])
    await end('a1')
    await end('a2')
    expect(begun).toEqual(['a1', 'b1', 'b2', 'a2', 'a3'])
  })

  it('take more only when there is room', async () => {
    const { begun, work, end } = works()
    const running = lanes(2)
    await running.add('a', work('a1'))
    let isThereRoom = false
    const full = running.add('b', work('b1')).then(() => (isThereRoom = true))
    await new Promise(setImmediate)
    expect([begun, isThereRoom]).toEqual([['a1', 'b1'], false])
    await end('b1')
    await full
  })

  it('are idle when nothing is under way, also what was added meanwhile', async () => {
    const { work, end } = works()
    const running = lanes(10)
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
