import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { Registry } from 'prom-client'
import { fakeOnly } from '../testing/fake-only.ts'
import { type Sample, sampled } from './samples.ts'

let registry: Registry
let read: jest.Mock<() => Promise<Sample<'waiting' | 'parked'>[]>>
beforeEach(() => {
  fakeOnly('setTimeout', 'clearTimeout', 'performance')
  registry = new Registry()
  read = jest.fn()
  const gauges = { waiting: { help: 'waiting', labels: ['kind'] }, parked: { help: 'parked' } }
  sampled(registry, gauges, read, { everyMs: 5_000, up: { name: 'source_up', help: 'up' } })
})
afterEach(() => void jest.useRealTimers())

const both = (value: number): Sample<'waiting' | 'parked'>[] => [
  { name: 'waiting', labels: { kind: 'a' }, value },
  { name: 'parked', value },
]
/** The lines with values of a scrape. */
const scrape = async () => (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'))

it('reads all values of a source at once, at most every so often', async () => {
  read.mockResolvedValue(both(1))
  expect(await scrape()).toEqual(['waiting{kind="a"} 1', 'parked 1', 'source_up 1'])
  read.mockResolvedValue(both(2))
  jest.advanceTimersByTime(4_999)
  expect(await scrape()).toEqual(['waiting{kind="a"} 1', 'parked 1', 'source_up 1'])
  expect(read).toHaveBeenCalledTimes(1)
  jest.advanceTimersByTime(1)
  expect(await scrape()).toEqual(['waiting{kind="a"} 2', 'parked 2', 'source_up 1'])
})

it('has no values of a source that fails, rather than old ones or zeros', async () => {
  read.mockResolvedValue(both(1))
  await scrape()
  read.mockRejectedValue(new Error('is away'))
  jest.advanceTimersByTime(5_000)
  expect(await scrape()).toEqual(['source_up 0'])
  read.mockResolvedValue(both(3))
  jest.advanceTimersByTime(5_000)
  expect(await scrape()).toEqual(['waiting{kind="a"} 3', 'parked 3', 'source_up 1'])
})

it('does not wait for a source that hangs, and does not ask it again meanwhile', async () => {
  const hanging = Promise.withResolvers<Sample<'waiting' | 'parked'>[]>()
  read.mockReturnValue(hanging.promise)
  for (let scrapes = 0; scrapes < 2; scrapes++) {
    const scraped = scrape()
    await jest.advanceTimersByTimeAsync(2_000)
    expect(await scraped).toEqual(['source_up 0'])
  }
  expect(read).toHaveBeenCalledTimes(1)
  hanging.resolve(both(4))
  await hanging.promise
  expect(await scrape()).toEqual(['waiting{kind="a"} 4', 'parked 4', 'source_up 1'])
})
