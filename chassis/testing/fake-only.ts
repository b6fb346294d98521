import { jest } from '@jest/globals'

const ALL = [
  ...(['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const),
]

/**
 * Replaces only these timers by fake ones, which the test advances (`jest.advanceTimersByTime`). Sockets and `until` use real
 * time. `jest.useRealTimers()` ends it.
 */
export function fakeOnly(...faked: (typeof ALL)[number][]): void {
  jest.useFakeTimers({ doNotFake: ALL.filter((each) => !faked.includes(each)) })
}
