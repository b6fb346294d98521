import { jest } from '@jest/globals'

const ALL = [
  ...(['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const),
]

/**
 * Has only these clocks stand still until the test moves them (`jest.advanceTimersByTime`); sockets, and what a test waits for
 * by `until`, go on. `jest.useRealTimers()` sets all going again.
 */
export function fakeOnly(...faked: (typeof ALL)[number][]): void {
  jest.useFakeTimers({ doNotFake: ALL.filter((each) => !faked.includes(each)) })
}
