import { expect, it } from '@jest/globals'
import { fairCache } from './fair-cache.ts'

const fill = (cache: { set(key: string, value: string, client: string): void }, count: number, client: string) => {
  for (let n = 0; n < count; n++) cache.set(`${client} ${n}`, `${n}`, client)
}

it('a full cache loses the oldest entry of the client that holds most', () => {
  const cache = fairCache<string>(10)
  fill(cache, 3, 'ann')
  fill(cache, 100, 'flood')
  expect(['ann 0', 'ann 1', 'ann 2', 'flood 92', 'flood 93'].map(cache.get)).toEqual(['0', '1', '2', undefined, '93'])
  fill(cache, 4, 'ben')
  expect(['ann 0', 'ben 0', 'ben 3', 'flood 97', 'flood 98'].map(cache.get)).toEqual(['0', '0', '3', undefined, '98'])
})

it('a single client may fill it completely, and loses its least recently used entry', () => {
  const cache = fairCache<string>(3)
  fill(cache, 3, 'ann')
  cache.get('ann 0')
  cache.set('new', 'n', 'ann')
  expect(['ann 0', 'ann 1', 'ann 2', 'new'].map(cache.get)).toEqual(['0', undefined, '2', 'n'])
})

it('among clients that hold equally much, the one loses whose entries were used least recently', () => {
  const cache = fairCache<string>(2)
  cache.set('a', '1', 'ann')
  cache.set('b', '2', 'ben')
  cache.get('a')
  cache.set('c', '3', 'cy')
  expect(['a', 'b', 'c'].map(cache.get)).toEqual(['1', undefined, '3'])
})

it('both the number of entries and their weight are limited', () => {
  const cache = fairCache<string>(100, { maxWeight: 10, weightOf: (_, text) => text.length })
  cache.set('a', 'xx', 'ann')
  cache.set('b', 'xx', 'ann')
  cache.set('f', 'xxxxx', 'flood')
  cache.set('g', 'xxxx', 'flood')
  expect(['a', 'b', 'f', 'g'].map(cache.get)).toEqual(['xx', 'xx', undefined, 'xxxx'])
  cache.set('huge', 'x'.repeat(11), 'ben')
  expect(['a', 'huge'].map(cache.get)).toEqual(['xx', undefined])
})

it('an entry belongs to the client that added it first, and its weight is updated when it is set again', () => {
  const value = { size: 1 }
  const cache = fairCache<{ size: number }>(100, { maxWeight: 10, weightOf: (_, { size }) => size })
  cache.set('a', value, 'ann')
  value.size = 8
  cache.set('a', value, 'ben')
  cache.set('b', { size: 3 }, 'ben')
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, { size: 3 }])
  expect(cache.size()).toBe(1)
})

it('of each client the least recently used entries go, whatever was read before', () => {
  const cache = fairCache<string>(4)
  fill(cache, 2, 'ann')
  fill(cache, 2, 'ben')
  for (const key of ['ann 0', 'ann 0', 'ben 0', 'ann 0', 'ben 0']) cache.get(key)
  cache.set('ann 2', '2', 'ann')
  cache.set('ben 2', '2', 'ben')
  expect(['ann 0', 'ann 1', 'ann 2', 'ben 0', 'ben 1', 'ben 2'].map(cache.peek)).toEqual([
    ...['0', undefined, '2'],
    ...['0', undefined, '2'],
  ])
})
