import { describe, expect, it } from '@jest/globals'
import { createFairQueue } from './fair-queue.ts'

const queueOf = (...items: [client: string, item: string][]) => {
  const queue = createFairQueue<string>()
  for (const [client, item] of items) queue.add(client, item)
  return queue
}
const drained = (queue: ReturnType<typeof queueOf>) => {
  const items: string[] = []
  for (let item = queue.next(); item !== undefined; item = queue.next()) items.push(item)
  return items
}

describe('a fair queue', () => {
  it('has clients take turns, whoever came first with however many', () => {
    const queue = queueOf(['ann', 'a1'], ['ann', 'a2'], ['ann', 'a3'], ['bob', 'b1'], ['cid', 'c1'], ['bob', 'b2'])
    expect([queue.size(), queue.sizeOf('ann'), queue.sizeOf('dan')]).toEqual([6, 3, 0])
    expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
    expect([queue.size(), queue.sizeOf('ann')]).toEqual([0, 0])
  })

  it('puts a client that just had its turn behind those that wait', () => {
    const queue = queueOf(['ann', 'a1'], ['bob', 'b1'])
    expect(queue.next()).toBe('a1')
    queue.add('ann', 'a2')
    expect(drained(queue)).toEqual(['b1', 'a2'])
  })

  it('passes over a client that is not ready, which keeps its turn', () => {
    const queue = queueOf(['ann', 'a1'], ['bob', 'b1'], ['bob', 'b2'])
    const isReady = (client: string) => client !== 'ann'
    expect([queue.next(isReady), queue.next()]).toEqual(['b1', 'a1'])
    expect([queue.next(() => false), queue.size()]).toEqual([undefined, 1])
  })

  it('forgets an item that does not wait any longer', () => {
    const queue = queueOf(['ann', 'a1'], ['ann', 'a2'], ['bob', 'b1'])
    queue.remove('ann', 'a1')
    queue.remove('ann', 'a1')
    queue.remove('bob', 'a2')
    expect([queue.size(), ...drained(queue)]).toEqual([2, 'a2', 'b1'])
  })
})
