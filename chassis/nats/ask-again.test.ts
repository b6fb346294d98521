import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { fakeOnly } from '../testing/fake-only.ts'
import { askAgain } from './ask-again.ts'

beforeEach(() => fakeOnly('setTimeout', 'clearTimeout'))
afterEach(() => void jest.useRealTimers())

/** The requests made so far, each of which the test answers. */
function requests() {
  const made: PromiseWithResolvers<string>[] = []
  const request = () => {
    made.push(Promise.withResolvers<string>())
    return made.at(-1)?.promise ?? Promise.reject(new Error('There is one.'))
  }
  return { made, request }
}

it('asks again until one of its requests is answered, whichever it is, and not after that', async () => {
  const { made, request } = requests()
  const answer = askAgain(request)
  expect(made).toHaveLength(1)
  jest.advanceTimersByTime(1_500)
  expect(made).toHaveLength(3)
  made[1]?.resolve('the second')
  expect(await answer).toBe('the second')
  jest.advanceTimersByTime(5_000)
  expect(made).toHaveLength(3)
  made[0]?.reject(new Error('TIMEOUT')) // Nobody waits for it, and it fails nothing.
})

it('waits twice as long before each further request: servers that are only slow are not asked ten times', () => {
  const { made, request } = requests()
  void askAgain(request)
  const at = [0, 499, 500, 1_499, 1_500, 3_499, 3_500, 7_499, 7_500].map((ms, index, all) => {
    jest.advanceTimersByTime(ms - (all[index - 1] ?? 0))
    return made.length
  })
  expect(at).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5])
})

it('fails with the first error: the deadline of the first request is that of all', async () => {
  const { made, request } = requests()
  const answer = askAgain(request)
  jest.advanceTimersByTime(4_000)
  made[0]?.reject(new Error('TIMEOUT'))
  await expect(answer).rejects.toThrow('TIMEOUT')
  jest.advanceTimersByTime(5_000)
  expect(made).toHaveLength(4)
})
