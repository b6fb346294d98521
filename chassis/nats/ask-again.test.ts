import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { fakeOnly } from '../testing/fake-only.ts'
import { askAgain } from './ask-again.ts'

beforeEach(() => fakeOnly('setInterval', 'clearInterval'))
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
  jest.advanceTimersByTime(1_000)
  expect(made).toHaveLength(3)
  made[1]?.resolve('the second')
  expect(await answer).toBe('the second')
  jest.advanceTimersByTime(5_000)
  expect(made).toHaveLength(3)
  made[0]?.reject(new Error('TIMEOUT')) // Nobody waits for it, and it fails nothing.
})

it('fails with the first error: the deadline of the first request is that of all', async () => {
  const { made, request } = requests()
  const answer = askAgain(request)
  jest.advanceTimersByTime(4_000)
  made[0]?.reject(new Error('TIMEOUT'))
  await expect(answer).rejects.toThrow('TIMEOUT')
  jest.advanceTimersByTime(5_000)
  expect(made).toHaveLength(9)
})
