import { expect, it } from '@jest/globals'
import { TookTooLong, withinTime } from './time-limit.ts'

it('a task that takes too long is ended, whatever it catches', () => {
  let caught = false
  const endless = () => {
    try {
      for (;;);
    } catch {
      caught = true
    }
  }
  expect(() => withinTime(5, endless)).toThrow(TookTooLong)
  expect(caught).toBe(false)
})

it('a task has its result, and its own error', () => {
  expect(withinTime(60_000, () => 7)).toBe(7)
  expect(() =>
    withinTime(60_000, () => {
      throw new RangeError('of its own')
    }),
  ).toThrow(new RangeError('of its own'))
})
