import { expect, it } from '@jest/globals'
import { leastRecentlyUsed } from './least-recently-used.ts'

it('a bounded map never holds more than its limit', () => {
  const map = leastRecentlyUsed<number>(3)
  for (let i = 0; i < 100; i++) map.set(`${i}`, i)
  expect([map.size(), map.get('96'), map.get('97')]).toEqual([3, undefined, 97])
})

it('nor more than its weight limit, and keeps the entries used last', () => {
  const map = leastRecentlyUsed<string>(100, { maxWeight: 10, weightOf: (_, text) => text.length })
  map.set('a', 'xxxx')
  map.set('b', 'xxxx')
  map.get('a')
  map.set('c', 'xx')
  expect(map.size()).toBe(3)
  map.set('c', 'xxx')
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual(['xxxx', undefined, 'xxx'])
  map.set('huge', 'x'.repeat(11))
  expect([map.size(), map.get('huge')]).toEqual([2, undefined])
  map.remove('a')
  map.set('d', 'x'.repeat(7))
  expect([map.get('c'), map.get('d')]).toEqual(['xxx', 'xxxxxxx'])
})

it('evicts what was used least recently, whatever was read, set and removed before', () => {
  const map = leastRecentlyUsed<number>(3)
  /** The same, the slow way: the keys in the order of their use. */
  let keys: string[] = []
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  for (let step = 0; step < 2_000; step++) {
    const key = `${random(6)}`
    const others = keys.filter((each) => each !== key)
    const action = random(5)
    if (action === 0) {
      map.remove(key)
      keys = others
    } else if (action < 3) {
      map.set(key, step)
      keys = [...others, key].slice(-3)
    } else {
      expect(map.get(key) !== undefined).toBe(keys.includes(key))
      if (keys.includes(key)) keys = [...others, key]
    }
    expect(map.size()).toBe(keys.length)
  }
})
