import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { fakeOnly } from '../../chassis/testing/fake-only.ts'
import { keepToken } from './token.ts'

beforeEach(() => fakeOnly('Date'))
afterEach(() => void jest.useRealTimers())

const issuer = () => {
  let count = 0
  return async () => ({ token: `token ${++count}`, expiresIn: 3_600 })
}

it('keeps a token until shortly before it ends', async () => {
  const token = keepToken(issuer())
  expect([await token(false), await token(false)]).toEqual(['token 1', 'token 1'])
  jest.setSystemTime(Date.now() + 3_571_000)
  expect(await token(false)).toBe('token 2')
})

it('fetches another one when the last was refused, once for all who ask', async () => {
  const token = keepToken(issuer())
  await token(false)
  expect(await Promise.all([token(true), token(false), token(true)])).toEqual(['token 2', 'token 2', 'token 2'])
})

it('asks again after a failure, and while nobody is signed in', async () => {
  const answers = [() => Promise.reject(new Error('down')), async () => null, issuer()]
  const token = keepToken(() => (answers.shift() ?? issuer())())
  await expect(token(false)).rejects.toThrow('down')
  expect([await token(false), await token(false)]).toEqual([null, 'token 1'])
})
